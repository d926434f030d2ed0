"""Accounts, contacts and members from a file: read, checked whole, then applied a portion at a time."""
