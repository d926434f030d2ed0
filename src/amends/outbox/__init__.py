"""Floor 2: what must leave. Deliveries are written with the change that causes them and handed over apart."""
