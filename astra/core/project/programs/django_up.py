"""Loads the product's settings, for programs that are not the web server."""

import json
import os

from astra.core.project.home import astra_home


def set_up() -> None:
    """Django, ready; the log, structured."""
    # A demo keeps its addresses beside its data, so that `astra clock +8d` finds it without being told.
    kept = astra_home() / "environment.json"
    if "ASTRA_ENVIRONMENT" not in os.environ and kept.exists():
        for name, value in json.loads(kept.read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    import django

    django.setup()
