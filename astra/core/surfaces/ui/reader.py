"""Pages speak a signed-in person's language and tell times by that person's clock."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class Reader:
    """Puts what the profile says in force for one request; without a profile the browser's language and the product's zone stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if user is None or not user.is_authenticated:
            return self.get_response(request)
        if user.locale and user.locale != translation.get_language():
            translation.activate(user.locale)
            request.LANGUAGE_CODE = user.locale  # type: ignore[attr-defined]  # as LocaleMiddleware does
        with timezone.override(user.time_zone or None):
            return self.get_response(request)
