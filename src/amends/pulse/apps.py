"""Whether clock and sender live, as Django knows it."""

from django.apps import AppConfig


class PulseConfig(AppConfig):
    name = "amends.pulse"
    label = "pulse"
