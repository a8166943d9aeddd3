"""Loads the product's settings, for programs that are not the web server."""

import os


def set_up() -> None:
    """Django, ready; the log, structured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    import django

    django.setup()
