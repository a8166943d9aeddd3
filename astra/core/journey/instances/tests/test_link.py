"""The bot's line to the core, in this process: sessions kept, clocks that are off, tickets that are not taken."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.db import connections

from astra.bot.core_link import CoreAway, CoreLink
from astra.bot.ending import Ending
from astra.bot.heart import Heart
from astra.bot.lines import Lines
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.models import RuntimeSession
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import make_instance, make_ticket
from astra.core.journey.instances.tests.stage import MEMBER, Stage
from astra.protocol import endings
from astra.protocol.messages import GuildEvent
from astra.protocol.signing import MICROSECONDS

pytestmark = [pytest.mark.commits]


class OnlineGateway:
    """Says that it is online and remembers what it was asked to show."""

    def __init__(self) -> None:
        self.shown: asyncio.Queue[str] = asyncio.Queue()

    def state(self) -> str:
        return "online"

    def trouble(self) -> str:
        return ""

    async def show(self, presence: str) -> None:
        self.shown.put_nowait(presence)


@pytest.fixture
def started(stage: Stage) -> tuple[Stage, uuid.UUID, str]:
    instance_id = make_instance(stage.seller.id, seen_state="starting")
    return stage, instance_id, make_ticket(stage.seller.id, instance_id)


def session_seconds(stage: Stage) -> float:
    with acting_for(stage.seller.id):
        return (RuntimeSession.objects.get().expires_at - real_instant()).total_seconds()


def shorten(stage: Stage) -> None:
    with acting_for(stage.seller.id):
        import datetime

        RuntimeSession.objects.update(expires_at=real_instant() + datetime.timedelta(seconds=100))


async def aside(work: Callable[[], Any]) -> Any:
    """Asks the database in a thread of its own, whose connection ends with it."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


@contextlib.asynccontextmanager
async def linked(stage: Stage) -> AsyncIterator[CoreLink]:
    async with Lines() as lines:
        yield CoreLink(stage.core.url, lines.core)


async def ends(work) -> Ending:
    with pytest.raises(Ending) as caught:
        await work
    return caught.value


async def test_the_session_is_renewed_before_it_ends(started):
    stage, _, ticket = started
    async with linked(stage) as link:
        await link.open(ticket)
        assert 890 < link.seconds_left() <= 900
        await aside(lambda: shorten(stage))
        link._expires -= 800 * MICROSECONDS
        gateway = OnlineGateway()
        beating = asyncio.create_task(Heart(link, beat_seconds=0.1).beat(gateway))
        for _ in range(2):
            await asyncio.wait_for(gateway.shown.get(), 10)
        beating.cancel()
        assert 890 < link.seconds_left() <= 900
    assert 880 < await aside(lambda: session_seconds(stage)) <= 900


@pytest.mark.parametrize("seconds", [-3600, 3600])
async def test_a_clock_that_is_off_is_put_right_by_the_answer(started, seconds):
    stage, instance_id, ticket = started
    async with linked(stage) as link:
        await link.open(ticket)
        link._ahead += seconds * MICROSECONDS
        link._last_stamp = 0
        assert (await link.heartbeat("online")).wanted_state == "running"
        await link.tell_guild(GuildEvent("joined", "7", "Loja"))
    assert await aside(lambda: stage.state(instance_id)) == "online"


async def test_many_requests_at_once_are_all_taken(started):
    stage, _, ticket = started
    async with linked(stage) as link:
        await link.open(ticket)
        replies = await asyncio.gather(*(link.relay({"id": str(number), "token": "t", "type": 3}, 10) for number in range(20)))
    assert {reply.status for reply in replies} == {200}
    assert sorted(int(payload["id"]) for payload in stage.core.relayed) == list(range(20))


async def test_who_is_not_let_in_ends_with_a_code_of_its_own(started):
    stage, instance_id, ticket = started
    async with linked(stage) as link:
        await link.open(ticket)
        assert (await ends(CoreLink.open(link, ticket))).exit_code == endings.TICKET_REFUSED
        await aside(lambda: restart_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER))
        assert (await ends(link.heartbeat("online"))).exit_code == endings.SUPERSEDED
        assert (await ends(link.relay({"id": "1", "token": "t", "type": 3}, 2))).exit_code == endings.SUPERSEDED
        link._session_id = str(uuid.uuid4())
        assert (await ends(link.heartbeat("online"))).exit_code == endings.SESSION_ENDED


async def test_a_core_that_is_not_there_is_waited_for_and_then_said(started):
    stage, _, ticket = started
    stage.core.close()
    async with linked(stage) as link:
        assert (await ends(link.open(ticket, patience_seconds=0.2))).exit_code == endings.CORE_UNREACHABLE
        opening = asyncio.create_task(link.open(ticket))
        await asyncio.sleep(0.3)
        stage.core.open()
        assert (await opening).generation == 0
        stage.core.close()
        with pytest.raises(CoreAway) as caught:
            await link.heartbeat("online")
        assert caught.value.was_sent is False
