"""How the bot looks at Discord: name, picture, banner, what it says of itself."""

import base64
import uuid
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import change_bot, change_in_guild
from astra.core.integrations.discord.failures import DiscordFailure, RateLimited, Refused
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import working_token

LARGEST_PICTURE = 2 * 1024 * 1024
LONGEST_ABOUT = 190
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"))


@dataclass(frozen=True, slots=True)
class Profile:
    """What is to be changed; None leaves a thing as it is. ``about`` is what the profile says in the shop's server."""

    name: str | None = None
    about: str | None = None
    avatar: bytes | None = None
    banner: bytes | None = None


class ProfileRefused(Failure):
    """Discord, or we, did not take it; the text says what and what to do. ``field`` is the part of the profile it is about."""

    label = "instance_profile_refused"

    def __init__(self, field: str, text: "str | Promise", **facts: object) -> None:
        super().__init__(text, **facts)
        self.field = field


NOT_A_PICTURE = _("This is no PNG, JPEG or GIF picture of at most 2 MB. Nothing was changed. Choose another file.")
_WORDS = {
    "USERNAME_RATE_LIMIT": _("Discord lets a bot change its name only twice an hour. Nothing was changed. Try again in an hour."),
    "AVATAR_RATE_LIMIT": _("Discord lets a bot change its picture only now and then. Nothing was changed. Try again in ten minutes."),
    "BANNER_RATE_LIMIT": _("Discord lets a bot change its banner only now and then. Nothing was changed. Try again in ten minutes."),
    "USERNAME_TOO_MANY_USERS": _("Too many accounts have this name already. Nothing was changed. Choose another one."),
    "USERNAME_INVALID_CONTAINS": _("Discord does not allow this name. Nothing was changed. Choose another one."),
    "BASE_TYPE_BAD_LENGTH": _("A bot's name has 2 to 32 characters. Nothing was changed."),
    "IMAGE_INVALID": NOT_A_PICTURE,
}
NO_SERVER = _("The bot is in no server yet, and this text is kept for each server. The rest was changed. Add the bot to your server first.")
_UNKNOWN = _("Discord did not take this. Nothing was changed. Try again later or with something else.")


def change_profile(*, seller_id: uuid.UUID, instance_id: uuid.UUID, profile: Profile, actor: Actor) -> list[str]:
    """Applies the changes at Discord and returns the names of what was changed.

    Name, picture and banner go together, then what it says of itself: a refusal of the second leaves the first in force, and its text
    says so. Colours of a bot's profile cannot be set by Discord's API. Calls Discord: never inside a transaction. Raises
    ProfileRefused, and the other failures of ``integrations.discord``.
    """
    bot: dict[str, object] = {}
    if profile.name is not None:
        bot["username"] = profile.name.strip()
    for field, picture in (("avatar", profile.avatar), ("banner", profile.banner)):
        if picture is not None:
            bot[field] = data_uri(field, picture)
    token = working_token(seller_id, instance_id)
    changed: list[str] = []
    if bot:
        try:
            with reporting_refusal(seller_id, instance_id):
                shown = change_bot(token, bot)
        except DiscordFailure as failure:
            raise _in_words(failure, "name" if "username" in bot else next(iter(bot))) from failure
        changed += ["name" if key == "username" else key for key in bot]
        with acting_for(seller_id):
            Instance.objects.filter(id=instance_id).update(bot_name=shown[:100])
    if profile.about is not None:
        guild_id = _home(seller_id, instance_id)
        if not guild_id:
            _note(seller_id, instance_id, changed, actor)
            raise ProfileRefused("about", NO_SERVER)
        try:
            with reporting_refusal(seller_id, instance_id):
                change_in_guild(token, guild_id, {"bio": profile.about.strip()[:LONGEST_ABOUT]})
        except DiscordFailure as failure:
            _note(seller_id, instance_id, changed, actor)
            raise _in_words(failure, "about") from failure
        changed.append("about")
    _note(seller_id, instance_id, changed, actor)
    return changed


def _home(seller_id: uuid.UUID, instance_id: uuid.UUID) -> str:
    with acting_for(seller_id):
        return Instance.objects.get(id=instance_id).guild_id


def data_uri(field: str, picture: bytes) -> str:
    """A picture as Discord takes it. Raises ProfileRefused for what is no picture, by its first bytes and not by its name."""
    kind = next((kind for start, kind in _KINDS if picture.startswith(start)), "")
    if not kind or len(picture) > LARGEST_PICTURE:
        raise ProfileRefused(field, NOT_A_PICTURE)
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"


def _note(seller_id: uuid.UUID, instance_id: uuid.UUID, changed: list[str], actor: Actor) -> None:
    if not changed:
        return
    with acting_for(seller_id):
        record(
            seller_id=seller_id,
            actor=actor,
            verb="change_profile",
            object_kind="instance",
            object_id=instance_id,
            facts={"changed": changed},
        )


def _in_words(failure: DiscordFailure, field: str) -> Failure:
    if isinstance(failure, RateLimited):
        return ProfileRefused(field, _WORDS["USERNAME_RATE_LIMIT"] if field == "name" else _WORDS["AVATAR_RATE_LIMIT"])
    if isinstance(failure, Refused):
        for place, code in failure.problems:
            return ProfileRefused({"username": "name", "bio": "about"}.get(place, place), _WORDS.get(code, _UNKNOWN), code=code)
        return ProfileRefused(field, _UNKNOWN, code=failure.code)
    return failure
