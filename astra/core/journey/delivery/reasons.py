"""Why a delivery does not go on by itself, in words for the seller."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: "dict[str, Promise]" = {
    "dm_closed": _("The buyer takes no direct messages. The goods wait behind the button of the purchase and in /compras."),
    "token_dead": _("Discord refuses the bot's token. Give the instance a new token: everything that waits is sent then."),
    "unknown": _("Discord did not answer. We look whether the message is there and try again."),
    "failed": _("Discord refused the message. We try again by ourselves."),
    "given_up": _("The message could not be sent after many tries. The goods wait behind the button of the purchase."),
    "waiting_stock": _("There is no stock for it yet. Add items: paid orders are served first."),
}

STATES: "dict[str, Promise]" = {
    "pending": _("About to be sent"),
    "attempting": _("Being sent"),
    "delivered": _("Delivered"),
    "waiting_stock": _("Waiting for stock"),
    "action_required": _("Needs attention"),
    "dead_letter": _("Not sent"),
}
