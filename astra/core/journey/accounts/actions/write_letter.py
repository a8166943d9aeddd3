"""Writes a letter to a person, in that person's language and time, unless it is one that the person does not want."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.post_letter import post_letter
from astra.core.journey.accounts.letter import Letter, write_out
from astra.core.journey.accounts.models import Member, User
from astra.core.journey.accounts.topics import ALWAYS, Topic


def write_letter(*, user_id: uuid.UUID, topic: str, letter: Callable[[], Letter], key: str = "") -> bool:
    """Writes to one person and posts it in the caller's transaction; says whether it was.

    ``letter`` is called with the person's language and time zone in force. ``key`` names the occasion (a second letter with the same
    key and person is not written). Somebody who is gone, or who chose not to be told about ``topic``, gets none.
    """
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None or (topic not in ALWAYS and topic in user.unwanted_letters):
        return False
    with reading_as(user):
        written = write_out(letter(), choices="" if topic in ALWAYS else reverse("account") + "#letters")
    return post_letter(address=user.email, topic=topic, written=written, user_id=user.id, key=f"{key}:{user.id}" if key else "")


def write_to_owners(*, seller_id: uuid.UUID, topic: str, letter: Callable[[], Letter], key: str = "") -> int:
    """As ``write_letter``, to everybody who owns a seller; returns how many letters were posted."""
    with acting_for(seller_id):
        owners = list(Member.objects.filter(seller_id=seller_id, role=Member.OWNER).values_list("user_id", flat=True))
        return sum(write_letter(user_id=user_id, topic=topic, letter=letter, key=key) for user_id in owners)


def write_to_address(*, address: str, letter: Callable[[], Letter], locale: str = "", topic: str = Topic.TEAM, key: str = "") -> bool:
    """Writes to somebody who may have no account yet, in ``locale`` (empty: the product's first language)."""
    with translation.override(locale or settings.LANGUAGE_CODE):
        written = write_out(letter())
    return post_letter(address=address, topic=topic, written=written, key=key)


@contextmanager
def reading_as(user: User) -> Iterator[None]:
    """The language and the time zone of a person, for what is written to them."""
    with translation.override(user.locale or settings.LANGUAGE_CODE), timezone.override(user.time_zone or settings.TIME_ZONE):
        yield
