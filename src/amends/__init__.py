"""Amends: the escalation desk for customer-success teams."""

__version__ = "0.1.0"
