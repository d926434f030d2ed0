from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    name = "amends.playbook"
    label = "playbook"
