"""Floor 0: small pieces that know nothing of escalations, of Django or of a database."""
