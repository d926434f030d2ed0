"""How we do it here, as Django knows it."""

from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    name = "amends.playbook"
    label = "playbook"
