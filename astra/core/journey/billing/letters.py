"""The words of billing's letters, in the language that is in force."""

import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from astra.core.foundation.money import format_money
from astra.core.journey.accounts.letter import Letter, day_words
from astra.core.journey.billing.declines import why_declined
from astra.core.journey.billing.models import Invoice
from astra.core.journey.billing.periods import CARD_DAYS, GRACE


def reminder_letter(invoice: Invoice, step: int, shop: str, card_last4: str = "") -> Letter:
    """Reminds of a renewal ``step`` days before (negative) or after its due date; ``card_last4`` where a card is to pay it."""
    said = {
        "shop": shop,
        "plan": invoice.plan.name,
        "amount": _amount(invoice.amount_minor, invoice.currency),
        "day": _day(invoice.due_at),
        "last": _day(invoice.expires_at),
        "days": abs(step),
        "left": GRACE.days - step,
        "card": card_last4,
        "why": why_declined(invoice.declined_code),
    }
    later = [day for day in CARD_DAYS if day > step]
    if step >= GRACE.days:
        subject = _("%(shop)s takes no new orders: the plan was not paid") % said
        lines = [
            _("The plan %(plan)s of %(shop)s ended on %(day)s and %(amount)s was not paid.") % said,
            _("Paid orders are still delivered, and your products, stock and wallet are kept. Pay and the shop sells again at once."),
        ]
    elif card_last4 and invoice.declined_code:
        subject = _("The bank declined the card ending in %(card)s") % said
        lines = [
            _("%(amount)s for the plan %(plan)s of %(shop)s could not be charged: %(why)s. Nothing was taken.") % said,
            _("The card is tried again on %(again)s. Pay by PIX or with another card, and you need not wait for that.")
            % {"again": _day(invoice.due_at + datetime.timedelta(days=later[0]))}
            if later
            else _("The card is not tried again. Pay by PIX or with another card."),
            _("Nothing has stopped: the shop takes orders until %(last)s. After that it takes no new ones until you pay.") % said,
        ]
    elif step < 0:
        subject = ngettext("Your plan renews in %(days)s day", "Your plan renews in %(days)s days", abs(step)) % said
        lines = [
            _("The plan %(plan)s of %(shop)s renews on %(day)s, for %(amount)s.") % said,
            _("The card ending in %(card)s is charged the day before. There is nothing to do.") % said
            if card_last4
            else _("You can pay the PIX already now: the new period still begins on that day.") % said,
        ]
    else:
        subject = (
            ngettext(
                "Your plan's PIX is waiting: the shop sells for %(left)s more day",
                "Your plan's PIX is waiting: the shop sells for %(left)s more days",
                GRACE.days - step,
            )
            % said
        )
        lines = [
            _("The plan %(plan)s of %(shop)s ended on %(day)s and %(amount)s was not paid yet.") % said,
            _("Nothing has stopped: the shop takes orders until %(last)s. After that it takes no new ones until you pay.") % said,
        ]
    return Letter(subject, lines, button=_("See the plan"), where=reverse("plan"))


def trial_letter(step: int, shop: str, ends_at: datetime.datetime) -> Letter:
    """The trial ends in ``-step`` days, or is over (0 or more)."""
    said = {"shop": shop, "day": _day(ends_at), "days": -step}
    if step < 0:
        subject = ngettext("The trial of %(shop)s ends in %(days)s day", "The trial of %(shop)s ends in %(days)s days", -step) % said
        lines = [
            _("The trial ends on %(day)s. Choose a plan before that and nothing stops.") % said,
            _("Without a plan the shop takes no new orders. Paid ones are still delivered, and all you made is kept."),
        ]
    else:
        subject = _("The trial of %(shop)s is over") % said
        lines = [
            _("The trial ended on %(day)s, and the shop takes no new orders.") % said,
            _("Paid orders are still delivered, and all you made is kept. Choose a plan and the shop sells again at once."),
        ]
    return Letter(subject, lines, button=_("See the plans"), where=reverse("plan"))


def archive_letter(shop: str, at: datetime.datetime, *, is_done: bool) -> Letter:
    """A suspended shop will be archived at a moment, or was just now."""
    said = {"shop": shop, "day": _day(at)}
    if not is_done:
        subject = _("%(shop)s will be archived on %(day)s") % said
        lines = [
            _("The plan was not paid. If it stays so, the shop is archived on %(day)s.") % said,
            _("Pay before that and the shop sells again at once. Paid orders are still delivered."),
        ]
    else:
        subject = _("%(shop)s was archived") % said
        lines = [
            _("The plan was not paid for a long time. A copy of all your data is being made; a letter tells you when it is ready."),
            _("Nothing was deleted: products, stock, orders and wallet are kept. Choose a plan and the shop sells again at once."),
        ]
    return Letter(subject, lines, button=_("See the plans"), where=reverse("plan"))


def _amount(amount_minor: int, currency: str) -> str:
    return format_money(amount_minor, currency, "pt_BR" if (get_language() or "pt-br").startswith("pt") else "en")


def _day(at: datetime.datetime) -> str:
    return day_words(at)
