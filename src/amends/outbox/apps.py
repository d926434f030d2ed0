"""What must leave, as Django knows it."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "amends.outbox"
    label = "outbox"
