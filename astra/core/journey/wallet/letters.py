"""The words of the wallet's letters, in the language in force. Keys are masked in them."""

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from astra.core.foundation.money import format_money
from astra.core.journey.accounts.letter import Letter, moment_words
from astra.core.journey.wallet.machine import State
from astra.core.journey.wallet.models import PayoutKey, Withdrawal


def key_letter(key: PayoutKey) -> Letter:
    """Another PIX key: said at once, so that whoever did not do it can act before it is used."""
    said = {"masked": key.masked, "moment": moment_words(key.usable_at)}
    return Letter(
        _("Your PIX key was changed"),
        [
            _("Withdrawals go to the key %(masked)s from now on.") % said,
            _("For your safety it can be used from %(moment)s only. Withdrawals that were asked for before keep their key.") % said,
        ],
        button=_("Open the wallet"),
        where=reverse("wallet"),
        foot=_("It was not you? Change your password at once and look at your sessions: somebody is in your account."),
    )


def withdrawal_letter(row: Withdrawal, key: PayoutKey) -> Letter | None:
    """What became of a withdrawal, or None for a step that nobody has to know."""
    found = _words(row.state)
    if found is None:
        return None
    subject, line = found
    amount = format_money(row.amount_minor, row.currency, "pt_BR" if (get_language() or "pt").startswith("pt") else "en")
    facts = [(_("Amount"), amount), (_("PIX key"), key.masked)]
    if row.reason:
        facts.append((_("Reason"), row.reason))
    return Letter(subject % {"amount": amount}, [line], facts=facts, button=_("Open the wallet"), where=reverse("wallet"))


def _words(state: str) -> tuple[str, str] | None:
    if state == State.REQUESTED:
        return _("Withdrawal asked: %(amount)s"), _("It is reviewed, then sent to your PIX key. You can cancel it until then.")
    if state == State.PAID:
        return _("Withdrawal paid: %(amount)s"), _("The bank has paid it to your PIX key.")
    if state == State.REJECTED:
        return _("Withdrawal refused: %(amount)s"), _("Nothing was sent; the money is available in your wallet again.")
    if state == State.FAILED:
        return _("Withdrawal not paid: %(amount)s"), _(
            "The bank refused it; the money is available in your wallet again. Check your PIX key."
        )
    if state == State.RETURNED:
        return _("Withdrawal sent back: %(amount)s"), _(
            "The bank sent it back; the money is available in your wallet again. Check your PIX key."
        )
    return None
