"""The wallet: what is the seller's, where every cent came from, and the way out."""

import itertools
import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.holder import has_holder, holder_of
from astra.core.journey.wallet.access import access_withdrawal
from astra.core.journey.wallet.actions.cancel_withdrawal import cancel_withdrawal
from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
from astra.core.journey.wallet.actions.request_withdrawal import request_withdrawal
from astra.core.journey.wallet.queries import WalletFacts, policy, statement, wallet, withdrawals
from astra.core.surfaces.portal.forms.wallet import PayoutKeyForm, WithdrawForm
from astra.core.surfaces.portal.step_up import step_up, typed_before
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import withdrawal_word
from astra.core.surfaces.ui.formats import money_text

STATEMENT_LINES = 100
KEY_FAILURES = {"bad_payout_key": "key", "not_the_holders": "holder_document", "bad_holder": "holder_document"}
HOLDER_KNOWN_FAILURES = {"bad_payout_key": "key", "not_the_holders": "key"}
AMOUNT_FAILURES = {"below_minimum": "amount_minor", "not_enough": "amount_minor"}
BAR = (("available_minor", "accent"), ("pending_minor", "soft"), ("held_minor", "warn"), ("in_withdrawal_minor", "quiet"))


def _bar(facts: WalletFacts) -> list[dict[str, Any]]:
    """The four parts as pieces of one bar, in hundredths, with a gap between them."""
    parts = [(getattr(facts, name), tone) for name, tone in BAR]
    total = sum(amount for amount, _tone in parts)
    pieces, at = [], 0.0
    for amount, tone in parts:
        if amount > 0 and total:
            width = max(1.0, amount * 100 / total)
            pieces.append({"x": f"{at:.2f}%", "width": f"{max(0.6, width - 0.4):.2f}%", "tone": tone})
            at += width
    return pieces


@seller_page
def wallet_page(visit: Visit) -> HttpResponse:
    """Four columns, the key, the statement, the withdrawals."""
    return _show(visit, PayoutKeyForm(knows_holder=has_holder(visit.seller_id)))


def _show(visit: Visit, form: PayoutKeyForm, *, is_open: bool = False) -> HttpResponse:
    facts = wallet(visit.seller_id)
    lines = statement(visit.seller_id, STATEMENT_LINES)
    days = [(list(group)) for _day, group in itertools.groupby(lines, key=lambda line: localtime(line.at).date())]
    return visit.page(
        "wallet.html",
        "wallet",
        facts=facts,
        bar=_bar(facts),
        rules=policy(),
        days=[(group[0].at, group) for group in days],
        is_full=len(lines) == STATEMENT_LINES,
        withdrawals=[(one, withdrawal_word(one)) for one in withdrawals(visit.seller_id)],
        form=form,
        form_open=is_open,
        holder=holder_of(visit.seller_id) if visit.may["set_payout_key"] else None,
    )


@seller_page
@step_up(keep=("kind", "key", "holder_name", "holder_document"))
def payout_key(visit: Visit) -> HttpResponse:
    """Takes ``kind`` and ``key``; ``holder_name`` and ``holder_document`` while the profile does not say who the holder is."""
    knows_holder = has_holder(visit.seller_id)
    if visit.request.method != "POST":
        return _show(visit, PayoutKeyForm(initial=typed_before(visit), knows_holder=knows_holder), is_open=True)
    form = PayoutKeyForm(visit.request.POST, knows_holder=knows_holder)
    if form.is_valid():

        def deed() -> None:
            register_payout_key(seller_id=visit.seller_id, actor=visit.actor, **form.cleaned_data)
            visit.say(_("PIX key registered."))

        answer = carry_out(visit, deed, reverse("wallet"), form, HOLDER_KNOWN_FAILURES if knows_holder else KEY_FAILURES)
        if answer is not None:
            return answer
    return _show(visit, form, is_open=True)


@seller_page
@step_up(keep=("amount_minor",))
def withdraw(visit: Visit) -> HttpResponse:
    """Shows the form with everything that is available; takes ``amount_minor``."""
    facts = wallet(visit.seller_id)
    typed = typed_before(visit)
    first: dict[str, Any] = dict(typed) if typed else {"amount_minor": facts.available_minor}
    form = WithdrawForm(visit.request.POST or None, currency=facts.currency, initial=first)
    if visit.request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount_minor"]

        def deed() -> None:
            request_withdrawal(seller_id=visit.seller_id, amount_minor=amount, actor=visit.actor)
            visit.say(
                _("Withdrawal asked: %(amount)s.") % {"amount": money_text(amount, facts.currency)},
                detail=_("It is reviewed, then sent to your PIX key."),
            )

        answer = carry_out(visit, deed, reverse("wallet"), form, AMOUNT_FAILURES)
        if answer is not None:
            return answer
    return visit.page("withdraw.html", "wallet", facts=facts, form=form, rules=policy())


@require_POST
@seller_page
def cancel(visit: Visit, withdrawal_id: uuid.UUID) -> HttpResponse:
    """Takes a withdrawal back before it is sent; the money is available again."""
    facts = access_withdrawal(visit.seller_id, withdrawal_id)
    where = reverse("wallet")

    def deed() -> None:
        cancel_withdrawal(seller_id=visit.seller_id, withdrawal_id=facts.id, actor=visit.actor)
        visit.say(_("Withdrawal cancelled."), detail=_("The money is available again."))

    return carry_out(visit, deed, where) or HttpResponseRedirect(where)
