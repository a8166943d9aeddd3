"""A person says in which language and by which clock to be spoken to."""

import uuid
import zoneinfo

from django.conf import settings

from astra.core.journey.accounts.models import User


def choose_words(*, user_id: uuid.UUID, locale: str | None = None, time_zone: str | None = None) -> None:
    """Keeps language and time zone of a person; None leaves one as it is, an empty one follows the browser or the product.

    Raises ValueError for a language that the product does not speak, or a zone that nobody knows.
    """
    if locale and locale not in dict(settings.LANGUAGES):
        raise ValueError(locale)
    if time_zone and time_zone not in zoneinfo.available_timezones():
        raise ValueError(time_zone)
    given = {name: value for name, value in (("locale", locale), ("time_zone", time_zone)) if value is not None}
    if given:
        User.objects.filter(id=user_id).update(**given)
