"""Floor 2: what comes in. From the bytes of a mail to what was said in it; it meets no database."""
