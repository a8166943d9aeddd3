"""Allauth's letters on their way: written in the reader's language, sent by a job as all others are."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from astra.core.journey.accounts.actions.post_letter import post_letter
from astra.core.journey.accounts.letter import Written, absolute
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.topics import Topic


def post_sign_in_letter(adapter: Any, request: HttpRequest, prefix: str, email: str, context: dict[str, Any]) -> None:
    """Writes allauth's letter ``prefix`` to an address and posts it.

    A person reads it in the language chosen in the profile, a stranger in that of the page. Addresses in it begin with the site's
    own, whatever name the request came by.
    """
    person = _person(email, context)
    said = {"request": request, "email": email, "password_reset_url": absolute(reverse("account_reset_password")), **context}
    here = request.build_absolute_uri("/") if request is not None else ""
    for name, value in said.items():
        if here and isinstance(value, str) and value.startswith(here):
            said[name] = absolute("/" + value.removeprefix(here))
    language = (person.locale if person else "") or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override((person.time_zone if person else "") or settings.TIME_ZONE):
        mail = adapter.render_mail(prefix, email, said)
    html = next((content for content, kind in mail.alternatives if kind == "text/html"), "")
    written = Written(mail.subject, mail.body, html)
    post_letter(address=email, topic=Topic.SECURITY, written=written, user_id=person.pk if person else None)


def _person(email: str, context: dict[str, Any]) -> User | None:
    user = context.get("user")
    if isinstance(user, User):
        return user
    found = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
    return found.user if found else User.objects.filter(email__iexact=email).first()
