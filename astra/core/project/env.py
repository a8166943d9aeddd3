"""Every setting the environment can give: its name, its default, what it does. ``docs/reference/settings.md`` is made from here."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: dict[str, Setting] = {}


def text(name: str, default: str, meaning: str, *, secret: bool = False) -> str:
    """A text from the environment; a secret is also read from the file named in ``NAME_FILE``."""
    SETTINGS[name] = Setting(name, "" if secret else default, meaning, secret)
    value = os.environ.get(name)
    if value is None and secret and (path := os.environ.get(f"{name}_FILE")):
        value = Path(path).read_text(encoding="utf-8").strip()
    return default if value is None else value


def choice(name: str, default: str, options: tuple[str, ...], meaning: str) -> str:
    """One of a few words. Raises ImproperlyConfigured for any other."""
    value = text(name, default, f"{meaning} One of: {', '.join(options)}.")
    if value not in options:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(options)}.")
    return value


def number(name: str, default: int, meaning: str) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default), meaning)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


def words(name: str, default: str, meaning: str) -> list[str]:
    """A list of words separated by commas."""
    return [part.strip() for part in text(name, default, meaning).split(",") if part.strip()]
