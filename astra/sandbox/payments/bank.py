"""The provider as a whole: its state, its verbs, its webhooks and the passing of its time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from astra.sandbox import state_file
from astra.sandbox.state_file import StateFile

from .account import Account
from .cards import Cards
from .charge import Charge
from .charges import Charges
from .clock import Clock
from .courier import RETRY_SECONDS, Courier
from .dispute import Dispute
from .disputes import Disputes
from .payout import Payout
from .payouts import Payouts
from .refund import Refund
from .refunds import Refunds
from .state import State

LONGEST_NAP_SECONDS = 60.0


class Bank:
    """Builds the parts around one state and keeps them going between `start` and `stop`.

    `base_url` is where people reach the pages; it may be set until the first charge is shown.
    """

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secret: str,
        webhook_url: str = "",
        base_url: str = "",
        path: Path | None = None,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        stored = state_file.read(path) if path is not None else None
        self.state = State() if stored is None else State.from_json(stored)
        if webhook_url:
            self.state.webhook_url = webhook_url
        self.api_key = api_key
        self.base_url = base_url
        self.clock = Clock(self.state.clock_offset_seconds)
        self.file = StateFile(path, lambda: state_file.plain_text(self.state.as_json()))
        self.courier = Courier(self.state, self.clock, webhook_secret, self.file.changed, retry_seconds)
        self.account = Account(self.state, self.clock)
        self.charges = Charges(self.state, self.clock, self.account, self._announce_charge)
        self.refunds = Refunds(self.state, self.clock, self.account, self.charges, self._announce)
        self.payouts = Payouts(self.state, self.clock, self.account, self._announce)
        self.cards = Cards(self.state, self.clock, self.charges)
        self.disputes = Disputes(self.state, self.clock, self.account, self.charges, self._announce)
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to send webhooks, to let time pass and to write the file."""
        self.file.start()
        await self.courier.start()
        self._task = asyncio.create_task(self._pass_time())
        self.changed()

    async def stop(self) -> None:
        """Stops all three; the file is written a last time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.courier.stop()
        await self.file.stop()

    def changed(self) -> None:
        """To be called after every change: it is stored soon, and the next due moment is looked up again."""
        self.file.changed()
        self._stirred.set()

    def set_clock(self, offset_seconds: float) -> None:
        """Moves the provider's time; what became due by it happens now."""
        self.state.clock_offset_seconds = self.clock.offset_seconds = offset_seconds
        self.settle_due()
        self.changed()

    def set_webhook_url(self, url: str) -> None:
        """Where webhooks go from now on; an empty text stops them."""
        self.state.webhook_url = url
        self.changed()

    def settle_due(self) -> None:
        """Everything that time does by itself: expiry, settling, returns."""
        self.charges.expire_due()
        self.refunds.settle_due()
        self.payouts.settle_due()
        self.disputes.settle_due()

    async def _pass_time(self) -> None:
        while True:
            self._stirred.clear()
            movers = (self.refunds, self.payouts, self.disputes)
            due = [self.charges.next_expiry_at(), *(mover.next_settling_at() for mover in movers)]
            times = [at for at in due if at is not None]
            nap = min(((at - self.clock.now()).total_seconds() for at in times), default=LONGEST_NAP_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), min(max(nap, 0.001), LONGEST_NAP_SECONDS))
            self.settle_due()

    def _announce_charge(self, kind: str, charge: Charge) -> None:
        self.courier.announce(kind, charge.public(self.base_url))

    def _announce(self, kind: str, thing: Refund | Payout | Dispute) -> None:
        self.courier.announce(kind, thing.public())
