"""A step in the words of the person who puts it right: what it is, what is wrong, and one sentence that mends it."""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.instances.doctor.steps import Step

Text: TypeAlias = "str | Promise"

# As Discord's own settings call them.
PERMISSIONS: dict[str, Text] = {
    "view_channel": _("View Channel"),
    "send_messages": _("Send Messages"),
    "embed_links": _("Embed Links"),
    "attach_files": _("Attach Files"),
    "read_history": _("Read Message History"),
    "manage_roles": _("Manage Roles"),
}
TITLES: dict[str, Text] = {
    **PERMISSIONS,
    "token": _("Discord accepts the token"),
    "clicks": _("Clicks reach this shop"),
    "elsewhere": _("Use of the token"),
    "commands": _("The commands are registered"),
    "server": _("The bot is in the server"),
    "scope": _("Members may use its commands"),
    "voice": _("The bot is not timed out"),
    "direct": _("The bot may write direct messages"),
    "channel": _("The channel exists"),
    "threads": _("Private threads"),
    "role": _("Give the role"),
}
WITHOUT: dict[str, Text] = {
    "view_channel": _("Nothing can be published there."),
    "send_messages": _("Nothing can be published there."),
    "embed_links": _("Cards are published, but links in them show no picture."),
    "attach_files": _("Cards are published, but without pictures."),
    "read_history": _("Cards are published, but after an interruption one may appear twice."),
    "manage_roles": _("Buyers of this role do not get it."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. ``happened`` and ``to_do`` are empty where nothing is wrong."""

    title: Text
    happened: Text = ""
    to_do: Text = ""


def told(step: Step, bot: str) -> Told:
    """A step for a person; ``bot`` is how the bot is called in the server. Speaks the active language."""
    title = TITLES.get(step.step, step.step)
    names = {"bot": bot, "channel": step.place_name, "role": step.place_name, **step.facts}
    if step.reason == "missing_permissions":
        return Told(title, *_missing(step, names))
    if step.reason in _SAID:
        happened, to_do = _SAID[step.reason]
        return Told(title, str(happened) % names, str(to_do) % names)
    if step.step == "threads" and step.verdict == "unneeded":
        return Told(title, _("Not given, and nothing in this shop needs it."), "")
    if step.verdict == "skipped":
        text = _("Not tried yet: press “Examine now”.") if step.step == "direct" else _("Can be judged when the step before it works.")
        return Told(title, text, "")
    return Told(title)


def in_one_sentence(step: Step, bot: str) -> str:
    """What is wrong and what to do, where there is room for one line."""
    said = told(step, bot)
    return f"{said.happened} {said.to_do}".strip()


def _missing(step: Step, names: dict[str, str]) -> tuple[Text, Text]:
    word = str(step.facts.get("permission", step.step))
    names = {**names, "permission": str(PERMISSIONS.get(word, word))}
    lacks = _("In #%(channel)s the bot lacks “%(permission)s”.") % names
    happened = _("The bot may not hand out roles.") if step.step == "role" else lacks
    happened = f"{happened} {WITHOUT.get(word, '')}".strip()
    if step.fix == "invite":
        return happened, _("Add the bot to the server again: the invite asks for what is missing. Nothing else changes.")
    if step.fix == "allow":
        return happened, _("We can give it to the bot in this channel at once.")
    if names.get("holder"):
        sentence = _(
            "%(holder)s denies it there. At Discord open Edit Channel → Permissions of #%(channel)s, add %(bot)s and "
            "allow “%(permission)s”."
        )
    else:
        sentence = _("At Discord open Edit Channel → Permissions of #%(channel)s, choose %(bot)s and allow “%(permission)s”.")
    return happened, sentence % names


_SAID: dict[str, tuple[Text, Text]] = {
    "token_invalid": (
        _("Discord does not accept the bot's token any more."),
        _("Orders and products are kept. Make a new token on the bot's page at Discord and paste it under “Change the token”."),
    ),
    "guild_left": (
        _("The bot is not in the server %(server)s any more."),
        _("Orders and products are kept. Add it again by the invite."),
    ),
    "no_server": (
        _("The bot is in no server yet."),
        _("Open the invite, choose your server and authorize."),
    ),
    "missing_scope": (
        _("The bot was added without its commands."),
        _("Add it again by the invite of this page: it asks for them. Nothing else changes."),
    ),
    "commands_missing": (
        _("The command /compras is not registered, so buyers cannot look up what they bought."),
        _("We can register it at once."),
    ),
    "token_in_use_elsewhere": (
        _("Another program uses this bot's token: two programs would answer the same clicks."),
        _(
            "Stop the other program; this stays here for an hour after the last sign of it. If you do not know it, make a new token at "
            "Discord and paste it under “Change the token”: that shuts it out at once."
        ),
    ),
    "endpoint_verification_failed": (
        _("Discord does not know where to send this shop's clicks."),
        _("We can tell it at once."),
    ),
    "bot_silenced": (
        _("A moderator has timed the bot out in %(server)s: it can write nowhere."),
        _("At Discord open the member %(bot)s and remove the time-out."),
    ),
    "direct_refused": (
        _("Discord does not let the bot open direct messages now."),
        _("Nothing is lost: buyers open their goods by the button. Look at the bot's page at Discord for a restriction."),
    ),
    "channel_gone": (
        _("The channel #%(channel)s does not exist any more, or cards cannot be written there."),
        _("Choose another channel and publish there."),
    ),
    "role_gone": (
        _("The role %(role)s does not exist any more, or belongs to a bot."),
        _("Choose another role for the product."),
    ),
    "role_hierarchy": (
        _("The role %(role)s stands above the bot's own role %(own)s, so the bot may not hand it out."),
        _("At Discord open Server Settings → Roles and drag %(own)s above %(role)s."),
    ),
}


def known_reasons() -> list[str]:
    """All reasons of steps that have words."""
    return sorted({*_SAID, "missing_permissions"})
