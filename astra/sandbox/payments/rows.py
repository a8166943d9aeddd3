"""The tables of the panel: charges, payouts, statement lines, webhooks; and what stands where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .charge import EXPIRED, PENDING, Charge
from .dispute import OPEN, UNDER_REVIEW, Dispute
from .message import WAITING, Message
from .page import Html, join, render
from .payout import PAID, PROCESSING, Payout
from .speech import Speech
from .statement import ALTERED, EXTRA, MISSING, Line
from .status_words import CHARGE, DISPUTE, MESSAGE, PAYOUT, status

SHOWN_TRIES = 3
DISPUTE_REASONS = {
    "fraud": "the payer says: fraud",
    "not_received": "the payer says: not received",
    "not_as_described": "the payer says: not as described",
    "duplicate": "the payer says: paid twice",
}
KEY_NAMES = {"cpf": "CPF", "cnpj": "CNPJ", "email": "E-mail", "phone": "Phone", "random": "Random key"}
LINE_NAMES = {
    "charge": "Payment received",
    "refund": "Refund",
    "payout": "Payout",
    "dispute": "Dispute",
    "fee": "Provider's fee",
    "deposit": "Deposit",
}
REASONS = {
    "receiver_refused": "the receiving bank refused it",
    "receiver_returned": "the receiving bank sent it back",
    "holder_mismatch": "the key belongs to somebody else",
}


def charges(say: Speech, shown: Sequence[Charge], now: datetime, *, pay: bool, query: str = "") -> Html:
    """A table of charges, with the way to the payer's page where one can still pay."""
    if not shown and query:
        return empty(say, say("Nothing found for “{query}”", query=query), say("Search looks at reference, id and code."))
    if not shown:
        return empty(say, say("No charge yet"), say("Buy something in the shop: its charge appears here by itself."))
    return render(
        "charge_table",
        say,
        rows=join(
            render(
                "charge_row",
                say,
                id=charge.id,
                at=say.moment(charge.created_at, now),
                reference=charge.reference,
                description=charge.description,
                state=status(say, CHARGE, charge.status),
                paid=say.money(sum(p.amount_minor for p in charge.payments)) if charge.payments else "",
                amount=say.money(charge.amount_minor),
                action=render("charge_action", say, id=charge.id) if pay and charge.status in (PENDING, EXPIRED) else Html(""),
            )
            for charge in shown
        ),
    )


def payouts(say: Speech, shown: Sequence[Payout], now: datetime, *, back: str) -> Html:
    """A table of payouts, with the buttons that move those which can move."""
    if not shown:
        return empty(say, say("No payout yet"), say("When the shop sends money to a PIX key, it appears here."))
    presses = {
        PROCESSING: [("settle", say("Settle")), ("fail", say("Let it fail"))],
        PAID: [("return", say("Send it back"))],
    }
    return render(
        "payout_table",
        say,
        rows=join(
            render(
                "payout_row",
                say,
                id=payout.id,
                at=say.moment(payout.created_at, now),
                reference=payout.reference,
                holder=payout.holder_name,
                key=f"{say(KEY_NAMES[payout.key_kind])} {masked(payout.key_kind, payout.key_value)}",
                state=status(say, PAYOUT, payout.status),
                reason=_reason(say, payout, now),
                amount=say.money(payout.amount_minor),
                actions=buttons(say, f"/payouts/{payout.id}", back, presses.get(payout.status, [])),
            )
            for payout in shown
        ),
    )


def _reason(say: Speech, payout: Payout, now: datetime) -> str:
    if payout.status == PROCESSING and payout.settles_at is not None:
        return say("by itself at {when}", when=say.moment(payout.settles_at, now))
    if payout.status == PROCESSING:
        return say("until you settle it")
    code = payout.public()["failure_code"]
    return say(REASONS[code]) if code else ""


def masked(kind: str, value: str) -> str:
    """As much of a key as is needed to know it again."""
    if kind == "cpf":
        return f"•••.{value[3:6]}.{value[6:9]}-••"
    if kind == "email":
        name, _, domain = value.partition("@")
        return f"{name[:2]}•••@{domain}"
    return f"••••{value[-4:]}"


def lines(say: Speech, shown: Sequence[Line], balances: dict[str, int], now: datetime) -> Html:
    """A table of statement lines with the balance after each."""
    if not shown:
        return empty(say, say("No movement yet"), say("Payments, refunds, payouts and fees appear here, line by line."))
    return render(
        "statement_table",
        say,
        rows=join(
            render(
                "statement_row",
                say,
                at=say.moment(line.at, now),
                kind=say(LINE_NAMES[line.kind]),
                reference=line.reference or line.ref,
                amount=say.money(line.amount_minor, signed=True),
                balance=say.money(balances[line.line_id]),
                told=_told(say, line),
                actions=Html("")
                if line.difference
                else buttons(
                    say,
                    "/statement",
                    line.line_id,
                    [("missing", say("Leave it out")), ("altered", say("Alter it"))],
                ),
            )
            for line in shown
            if line.amount_minor or line.difference != MISSING
        ),
    )


def _told(say: Speech, line: Line) -> Html:
    """How the API tells a line otherwise than the books."""
    words = {
        MISSING: say("The API leaves it out"),
        EXTRA: say("Invented: the API says {amount}", amount=say.money(line.told_minor, signed=True)),
        ALTERED: say("The API says {amount}", amount=say.money(line.told_minor, signed=True)),
    }
    return render("status", say, style="st-warn", word=words[line.difference]) if line.difference else Html("")


def disputes(say: Speech, shown: Sequence[Dispute], now: datetime) -> Html:
    """Disputes as items, with the buttons that decide those which can be decided."""
    return join(
        render(
            "item",
            say,
            title=say.money(dispute.amount_minor),
            detail=" · ".join([say(DISPUTE_REASONS[dispute.reason]), *_deadline(say, dispute, now)]),
            state=status(say, DISPUTE, dispute.status),
            action=buttons(
                say,
                f"/disputes/{dispute.id}",
                f"/charges/{dispute.charge_id}",
                [("win", say("The shop wins")), ("lose", say("The shop loses"))],
            )
            if dispute.status in (OPEN, UNDER_REVIEW)
            else Html(""),
        )
        for dispute in shown
    )


def _deadline(say: Speech, dispute: Dispute, now: datetime) -> list[str]:
    if dispute.status == OPEN:
        return [say("evidence until {when}, or it is lost", when=say.moment(dispute.due_at, now))]
    return [say("the shop sent evidence")] if dispute.evidence else []


def messages(say: Speech, shown: Sequence[Message], *, back: str) -> Html:
    """A table of webhooks with every try."""
    if not shown:
        return empty(say, say("No webhook yet"), say("Every notice to the shop appears here, with all its tries."))
    return render("webhook_table", say, rows=join(_message(say, message, back) for message in shown))


def _message(say: Speech, message: Message, back: str) -> Html:
    tries = join(
        render(
            "try",
            say,
            at=say.clock(attempt.at),
            status=attempt.status or say("no answer"),
            took=f"{attempt.took_ms} ms",
        )
        for attempt in message.attempts[-SHOWN_TRIES:]
    )
    at = message.next_attempt_at
    resend = [("resend", say("Send again"))]
    copy = " · " + say("copy {number}", number=message.copy + 1) if message.copy else ""
    return render(
        "webhook_row",
        say,
        at=say.clock(message.created_at),
        type=message.type,
        about=message.object_id + copy,
        state=status(say, MESSAGE, message.state),
        next=say("next at {when}", when=say.clock(at)) if at else "",
        tries=tries or say("none"),
        action=Html("") if message.state == WAITING else buttons(say, f"/webhooks/{message.id}", back, resend),
    )


def buttons(say: Speech, path: str, back: str, presses: Sequence[tuple[str, str]]) -> Html:
    """A small form with one button for each of `presses` (action, text); none gives nothing."""
    if not presses:
        return Html("")
    made = join(render("button", say, action=action, text=text, extra=Html("")) for action, text in presses)
    return render("buttons", say, path=path, back=back, buttons=made)


def empty(say: Speech, title: str, text: str) -> Html:
    """What stands where a list has nothing."""
    return render("empty", say, title=title, text=text)
