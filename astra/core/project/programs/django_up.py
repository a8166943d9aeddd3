"""Loads the product's settings, for programs that are not the web server."""

import json
import os
import sys

from astra.core.project.home import astra_home


def set_up() -> None:
    """Django, ready; the log, structured. Ends the program with a message when a setting is wrong."""
    # A demo keeps its addresses beside its data, so that `astra clock +8d` finds it without being told.
    kept = astra_home() / "environment.json"
    if "ASTRA_ENVIRONMENT" not in os.environ and kept.exists():
        for name, value in json.loads(kept.read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr, flush=True)
        raise SystemExit(1) from None
