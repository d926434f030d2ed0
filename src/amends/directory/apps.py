"""Who is who, as Django knows it."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "amends.directory"
    label = "directory"
