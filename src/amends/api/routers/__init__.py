"""The endpoints, a module a noun: find, act, show."""
