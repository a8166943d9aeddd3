"""All that the provider knows, and how it is written as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from .charge import CardTry, Charge, Payment
from .clock import from_text, to_text
from .dispute import Dispute
from .ids import new_id
from .knobs import Knobs
from .message import Attempt, Message
from .payout import Payout
from .refund import Refund
from .saved_card import SavedCard
from .statement import Line

FORMAT = 1
KEPT_ANSWERS = 20_000
KEPT_MESSAGES = 2_000


@dataclass
class Answer:
    """What an idempotent write was answered: the same key and request get it again."""

    fingerprint: str
    status: int
    body: dict[str, Any]


@dataclass
class State:
    """The provider's memory. Mappings keep the order in which things came to be."""

    account_id: str = field(default_factory=lambda: new_id("acc"))
    clock_offset_seconds: float = 0.0
    webhook_url: str = ""
    knobs: Knobs = field(default_factory=Knobs)
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    payouts: dict[str, Payout] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    cards: dict[str, SavedCard] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def forget_oldest(self) -> None:
        """Drops the oldest answers and finished messages beyond what is kept."""
        for key in list(self.answers)[: max(0, len(self.answers) - KEPT_ANSWERS)]:
            del self.answers[key]
        for message in list(self.messages.values())[: max(0, len(self.messages) - KEPT_MESSAGES)]:
            if message.next_attempt_at is None:
                del self.messages[message.id]

    def as_json(self) -> dict[str, Any]:
        """Plain values, times as text."""
        return {
            "format": FORMAT,
            "account_id": self.account_id,
            "clock_offset_seconds": self.clock_offset_seconds,
            "webhook_url": self.webhook_url,
            "knobs": self.knobs.public(),
            "charges": [_plain(asdict(charge)) for charge in self.charges.values()],
            "refunds": [_plain(asdict(refund)) for refund in self.refunds.values()],
            "payouts": [_plain(asdict(payout)) for payout in self.payouts.values()],
            "disputes": [_plain(asdict(dispute)) for dispute in self.disputes.values()],
            "cards": [_plain(asdict(card)) for card in self.cards.values()],
            "lines": [_plain(asdict(line)) for line in self.lines],
            "messages": [_plain(asdict(message)) for message in self.messages.values()],
            "answers": {key: asdict(answer) for key, answer in self.answers.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> State:
        """The state that `as_json` wrote. Raises ValueError for another format, KeyError or TypeError if torn."""
        if data.get("format") != FORMAT:
            raise ValueError(f"state of format {data.get('format')!r}, this program reads {FORMAT}")
        knobs = Knobs()
        knobs.turn(data["knobs"])
        state = cls(data["account_id"], data["clock_offset_seconds"], data["webhook_url"], knobs)
        for row in map(_timed, data["charges"]):
            row["payments"] = [Payment(**_timed(payment)) for payment in row["payments"]]
            row["card_tries"] = [CardTry(**_timed(one)) for one in row.get("card_tries", [])]
            state.charges[row["id"]] = Charge(**row)
        for row in map(_timed, data["messages"]):
            row["attempts"] = [Attempt(**_timed(attempt)) for attempt in row["attempts"]]
            state.messages[row["id"]] = Message(**row)
        state.refunds = {row["id"]: Refund(**row) for row in map(_timed, data["refunds"])}
        state.payouts = {row["id"]: Payout(**row) for row in map(_timed, data["payouts"])}
        state.disputes = {row["id"]: Dispute(**row) for row in map(_timed, data.get("disputes", []))}
        state.cards = {row["id"]: SavedCard(**row) for row in map(_timed, data.get("cards", []))}
        state.lines = [Line(**row) for row in map(_timed, data["lines"])]
        state.answers = {key: Answer(**row) for key, row in data["answers"].items()}
        return state


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """`row` with its times read back: every field that is a time is called `at` or ends in `_at`."""
    return {key: from_text(value) if (key == "at" or key.endswith("_at")) and value else value for key, value in row.items()}
