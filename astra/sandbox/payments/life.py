"""What happened to a charge, step by step: the same drawing on the payer's page and in the panel."""

from __future__ import annotations

from datetime import datetime

from . import dispute as contest
from .bank import Bank
from .charge import APPROVED, Charge
from .message import DELIVERED, LOST, NO_ADDRESS, Message
from .page import Html, join, render
from .refund import FAILED, SUCCEEDED
from .speech import Speech

Step = tuple[datetime, str, str, str]  # when, style, text, detail


def life(bank: Bank, charge: Charge, say: Speech) -> Html:
    """The steps as a card, oldest first."""
    steps: list[Step] = [(charge.created_at, "done", say("Charge made"), charge.reference)]
    for number, payment in enumerate(charge.payments):
        text = say("Paid {amount}", amount=say.money(payment.amount_minor))
        if number:
            text = say("Paid again: {amount}", amount=say.money(payment.amount_minor))
        steps.append((payment.paid_at, "ok", text, payment.end_to_end_id))
    if charge.expired:
        steps.append((charge.expires_at, "", say("Expired"), ""))
    if charge.cancelled:
        steps.append((_cancelled_at(charge), "", say("Cancelled by the shop"), ""))
    for refund in bank.refunds.find(charge_id=charge.id):
        amount = say.money(refund.amount_minor)
        if refund.status == SUCCEEDED:
            steps.append((refund.updated_at, "ok", say("Refunded {amount}", amount=amount), refund.return_id or ""))
        elif refund.status == FAILED:
            steps.append((refund.updated_at, "bad", say("Refund of {amount} failed", amount=amount), refund.reference))
        else:
            steps.append((refund.created_at, "now", say("Refunding {amount}", amount=amount), refund.reference))
    for dispute in bank.disputes.find(charge_id=charge.id):
        amount = say.money(dispute.amount_minor)
        steps.append((dispute.created_at, "bad", say("The payer contests {amount}", amount=amount), ""))
        if dispute.status in (contest.WON, contest.LOST):
            style, text = (
                ("ok", say("The shop won: {amount} came back", amount=amount))
                if dispute.status == contest.WON
                else ("bad", say("The shop lost the dispute"))
            )
            steps.append((dispute.updated_at, style, text, ""))
    for one in charge.card_tries:
        if one.outcome != APPROVED:
            steps.append(
                (one.at, "now" if one is charge.challenge else "bad", say("Card ending in {last4} did not pay", last4=one.last4), "")
            )
    steps += [_told(message, say) for message in bank.courier.about(charge.id) if message.type == "charge.paid"]
    items = (
        render("step", say, style=style, text=text, detail=detail, at=say.clock(at))
        for at, style, text, detail in sorted(steps, key=lambda step: step[0])
    )
    return render("life", say, steps=join(items))


def _told(message: Message, say: Speech) -> Step:
    last = message.attempts[-1] if message.attempts else None
    if message.state == DELIVERED and last is not None:
        return last.at, "ok", say("The shop was told"), say("Answer {status}", status=last.status or "")
    if message.state == LOST:
        return message.created_at, "bad", say("The notice to the shop was lost on purpose"), ""
    if message.state == NO_ADDRESS:
        return message.created_at, "", say("The shop was not told: no address is set"), ""
    if last is None:
        return message.created_at, "now", say("Telling the shop"), ""
    why = say("Answer {status}", status=last.status) if last.status else say("The shop did not answer")
    style = "now" if message.next_attempt_at else "bad"
    return last.at, style, say("Telling the shop: try {number}", number=len(message.attempts)), why


def _cancelled_at(charge: Charge) -> datetime:
    # A charge that was cancelled and then paid (a knob allows it) was last changed by the payment.
    return min([charge.updated_at, *(payment.paid_at for payment in charge.payments)])
