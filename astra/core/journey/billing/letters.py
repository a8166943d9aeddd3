"""The words of billing's letters, in the language that is in force."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from astra.core.foundation.money import format_money
from astra.core.journey.accounts.letter import Letter
from astra.core.journey.billing.models import Invoice
from astra.core.journey.billing.periods import GRACE


def reminder_letter(invoice: Invoice, step: int, shop: str) -> Letter:
    """Reminds of a renewal ``step`` days before (negative) or after its due date."""
    language = get_language() or "pt-br"
    said = {
        "shop": shop,
        "plan": invoice.plan.name,
        "amount": format_money(invoice.amount_minor, invoice.currency, "pt_BR" if language.startswith("pt") else "en"),
        "day": date_format(localtime(invoice.due_at), "DATE_FORMAT"),
        "last": date_format(localtime(invoice.expires_at), "DATE_FORMAT"),
        "days": abs(step),
        "left": GRACE.days - step,
    }
    if step < 0:
        subject = ngettext("Your plan renews in %(days)s day", "Your plan renews in %(days)s days", abs(step)) % said
        lines = [
            _("The plan %(plan)s of %(shop)s renews on %(day)s, for %(amount)s.") % said,
            _("You can pay the PIX already now: the new period still begins on that day.") % said,
        ]
    elif step < GRACE.days:
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
    else:
        subject = _("%(shop)s takes no new orders: the plan was not paid") % said
        lines = [
            _("The plan %(plan)s of %(shop)s ended on %(day)s and %(amount)s was not paid.") % said,
            _("Paid orders are still delivered, and your products, stock and wallet are kept. Pay and the shop sells again at once."),
        ]
    return Letter(subject, lines, button=_("See the plan and pay"), where=reverse("plan"))
