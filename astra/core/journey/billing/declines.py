"""Why a bank did not take a card, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY: "dict[str, str | Promise]" = {
    "insufficient_limit": _("there is no limit left on it"),
    "expired_card": _("it has expired"),
    "authentication_failed": _("its holder did not confirm the purchase"),
    "authentication_required": _("the bank wants its holder to confirm the purchase"),
    "card_removed": _("it was removed"),
}


def why_declined(code: str) -> "str | Promise":
    """The reason that belongs to a code; a code nobody knows, or that says nothing, means that the bank gave none."""
    return WHY.get(code, _("the bank gave no reason"))
