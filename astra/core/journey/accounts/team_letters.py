"""The words of the letters about a team, in the language that is in force."""

import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from astra.core.journey.accounts.letter import Letter
from astra.core.journey.accounts.permissions import ROLE_WORDS, role_text


def invitation_letter(*, shop: str, who: str, role: str, token: str, until: datetime.datetime) -> Letter:
    """Asks somebody into a team; the link is his alone."""
    said = {"shop": shop, "who": who, "role": str(role_text(role)), "day": date_format(localtime(until), "DATE_FORMAT")}
    return Letter(
        _("%(who)s invites you to the team of %(shop)s") % said,
        [
            _("Your role would be %(role)s.") % said + f" {ROLE_WORDS[role][1]}",
            _("Sign in, or make an account, with the address that this letter came to. The invitation opens once, until %(day)s.") % said,
        ],
        facts=[(_("Shop"), shop), (_("Role"), said["role"]), (_("Invited by"), who)],
        button=_("See the invitation"),
        where=reverse("invitation", args=[token]),
        foot=_("You do not know this shop? Then leave this letter alone: without you nothing happens."),
    )


def joined_letter(*, shop: str, who: str, role: str) -> Letter:
    """Tells the owners that somebody came in."""
    said = {"shop": shop, "who": who, "role": str(role_text(role))}
    return Letter(
        _("%(who)s is in the team of %(shop)s now") % said,
        [_("%(who)s accepted the invitation and works as %(role)s.") % said],
        button=_("See the team"),
        where=reverse("team"),
    )


def role_letter(*, shop: str, role: str) -> Letter:
    """Tells a member about another role."""
    said = {"shop": shop, "role": str(role_text(role))}
    return Letter(
        _("Your role in %(shop)s is %(role)s now") % said,
        [str(ROLE_WORDS[role][1])],
        button=_("See the team"),
        where=reverse("team"),
    )


def removed_letter(*, shop: str) -> Letter:
    """Tells somebody that the team goes on without him."""
    said = {"shop": shop}
    return Letter(
        _("You are no longer in the team of %(shop)s") % said,
        [_("Your account stays yours; it opens this shop no more.")],
    )


def handed_over_letter(*, shop: str, before: str, now: str) -> Letter:
    """Tells both that a shop has another owner."""
    said = {"shop": shop, "before": before, "now": now}
    return Letter(
        _("%(shop)s has another owner") % said,
        [
            _("%(before)s handed the shop over to %(now)s and is a manager now.") % said,
            _("If you do not know why, change your password at once and write to the operator of this installation."),
        ],
        button=_("See the team"),
        where=reverse("team"),
    )
