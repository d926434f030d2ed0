from django.apps import AppConfig


class PulseConfig(AppConfig):
    name = "amends.pulse"
    label = "pulse"
