"""The domain, as Django knows it."""

from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "amends.escalations"
    label = "escalations"
