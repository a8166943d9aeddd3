"""A browser that a person signed in with before: what he tries there is counted apart from what strangers try.

OWASP's device cookies (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies): however many guess
at the door, the owner still comes in by his own browser. The cookie opens nothing by itself; with it one has five tries of one's own.
"""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

SALT = "astra.known_browser"
SECONDS = 180 * 86_400


def remember_browser(request: HttpRequest, response: HttpResponseBase, user: Any) -> None:
    """Puts the cookie on the answer to whoever just signed in. Signing out everywhere ends what earlier ones were good for."""
    kept = _kept(request)
    number = kept[2] if kept and kept[:2] == [str(user.pk), user.session_epoch] else secrets.token_urlsafe(12)
    response.set_cookie(
        settings.ASTRA_KNOWN_BROWSER_COOKIE,
        signing.dumps([str(user.pk), user.session_epoch, number], salt=SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, user_id: uuid.UUID, session_epoch: int) -> str:
    """The number of this browser for a person; empty when he never signed in with it, or signed out everywhere since."""
    kept = _kept(request)
    return str(kept[2]) if kept and kept[:2] == [str(user_id), session_epoch] else ""


def _kept(request: HttpRequest) -> list[Any] | None:
    try:
        found = signing.loads(request.COOKIES.get(settings.ASTRA_KNOWN_BROWSER_COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, list) and len(found) == 3 else None
