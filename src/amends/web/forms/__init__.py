"""Forms: what may be typed, and what is said when it cannot be."""
