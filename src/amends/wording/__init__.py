"""Reads a draft as a careful colleague would; pure."""
