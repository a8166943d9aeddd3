"""A form that is sent twice acts once: each rendered form carries a word that can be used a single time."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.http import HttpRequest

FIELD = "form_token"
KEPT_SECONDS = 3600


def new_token() -> str:
    """A fresh word for a form that is about to be rendered."""
    return secrets.token_urlsafe(12)


class SentTwice(Exception):
    """The same form came a second time; ``where`` is the page the first one led to, or empty while it still runs."""

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__("This form was sent before.")


class Once:
    """Open while the form's deed runs; ``leads_to`` remembers the page for a second sending."""

    def __init__(self, key: str) -> None:
        self._key = key

    def leads_to(self, where: str) -> str:
        """Remembers and returns the address of the page after the deed."""
        if self._key:
            cache.set(self._key, where, KEPT_SECONDS)
        return where


@contextmanager
def once(request: HttpRequest) -> Iterator[Once]:
    """Lets one sending of a form through. Raises SentTwice for another; a deed that fails frees the word again."""
    token = request.POST.get(FIELD, "")[:64]
    key = f"once:{request.user.pk}:{token}" if token else ""
    if key and not cache.add(key, "", KEPT_SECONDS):
        raise SentTwice(cache.get(key) or "")
    try:
        yield Once(key)
    except BaseException:
        if key:
            cache.delete(key)
        raise
