"""What Discord refuses makes a copy quiet before it makes the address banned; who is answered well is never silenced for a neighbour."""

import asyncio

import discord
import pytest
from aiohttp import web

from astra.bot.budget import OWN_SHARE, WINDOW_SECONDS, Budget
from astra.bot.ending import Ending
from astra.bot.gateway import Gateway
from astra.bot.heart import Heart
from astra.bot.lines import Lines
from astra.bot.pulse import PulseMeter
from astra.bot.relay import Relay
from astra.bot.tests.stand_ins import Core, press, until
from astra.protocol import endings
from astra.protocol.messages import QUIET, HeartbeatAnswer, SessionAnswer


class Clock:
    """A steady clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter() -> PulseMeter:
    return PulseMeter()


@pytest.fixture
def budget(meter, clock):
    return Budget(meter, now=clock)


def told(careful: int = 0, quiet: int = 0) -> HeartbeatAnswer:
    return HeartbeatAnswer("running", "Loja", 1, careful, quiet)


@pytest.mark.parametrize(
    ("status", "headers", "counts"),
    [
        *((status, {}, True) for status in (401, 403, 429)),
        (429, {"x-ratelimit-scope": "user"}, True),
        (429, {"x-ratelimit-scope": "global"}, True),
        (429, {"x-ratelimit-scope": "shared"}, False),
        *((status, {}, False) for status in (200, 204, 400, 404, 500, 502)),
    ],
)
def test_what_counts_against_the_address(budget, meter, status, headers, counts):
    assert budget.answered(status, headers) is counts
    assert meter.take().refused == int(counts)


def test_its_own_share_silences_a_copy_until_the_oldest_is_forgotten(budget, clock):
    for _ in range(OWN_SHARE - 1):
        budget.answered(403, {})
    assert budget.quiet_seconds() == 0
    clock.at += 60
    budget.answered(403, {})
    assert budget.quiet_seconds() == WINDOW_SECONDS - 60
    clock.at += WINDOW_SECONDS - 60
    assert budget.quiet_seconds() == 0
    for _ in range(OWN_SHARE):
        budget.answered(403, {})
    for _ in range(10_000):  # whatever still comes back: no memory grows by it
        budget.answered(429, {})
    assert len(budget._refused) == OWN_SHARE


def test_when_the_whole_is_used_up_only_who_was_refused_lately_is_quiet(budget, clock):
    budget.heard(told(careful=60))
    assert budget.quiet_seconds() == 0, "a good neighbour goes on"
    budget.answered(403, {})
    assert budget.quiet_seconds() == 60, "and stops at his first refusal"
    clock.at += 61
    assert budget.quiet_seconds() == 0, "the core's word runs out by itself"
    clock.at += WINDOW_SECONDS
    budget.heard(told(careful=60))
    assert budget.quiet_seconds() == 0, "what was refused long ago is forgotten"


def test_near_the_ban_everybody_is_quiet_until_the_core_takes_it_back(budget):
    budget.heard(told(careful=60, quiet=60))
    assert budget.quiet_seconds() == 60
    budget.heard(told())
    assert budget.quiet_seconds() == 0


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_refused_replies_are_told_to_the_core_and_silence_the_relay(callbacks, budget, meter, clock, caplog, status):
    callbacks.status = status
    core = Core()
    budget.heard(told(careful=60))
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=lambda _: None, budget=budget, meter=meter) as relay:
        relay.take(press(1))
        await until(lambda: core.closed == [("1", "callback_failed")])
        assert meter.take().refused == 1
        for number in (2, 3, 4):
            relay.take(press(number))
        assert (relay.unanswered, core.asked, len(callbacks.bodies)) == (3, ["1"], 1)
        clock.at += 61
        callbacks.status = 204
        relay.take(press(5))
        await until(lambda: len(callbacks.bodies) == 2)
    assert core.closed == [("1", "callback_failed")]
    assert [line for line in caplog.messages if "quiet for" in line] == ["Discord refused too much: quiet for 60 s, presses get no answer"]
    assert [line for line in caplog.messages if "speaks again" in line] == ["it speaks again; 3 presses got no answer"]


async def test_a_shared_limit_silences_nobody(callbacks, budget, meter):
    callbacks.status, callbacks.headers = 429, {"X-RateLimit-Scope": "shared"}
    core = Core()
    budget.heard(told(careful=60))
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=lambda _: None, budget=budget) as relay:
        for number in range(3):
            relay.take(press(number))
            await until(lambda number=number: len(core.closed) == number + 1)
    assert len(callbacks.bodies) == 3
    assert meter.take().refused == 0


async def test_what_the_core_had_already_is_told_as_closed(callbacks, budget):
    core = Core()
    core.may_answer.clear()
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=lambda _: None, budget=budget) as relay:
        relay.take(press(1))
        await until(lambda: core.asked)
        budget.heard(told(quiet=60))
        core.may_answer.set()
        await until(lambda: core.closed)
    assert (core.closed, callbacks.bodies) == ([("1", "invalid_request_budget")], [])


async def test_who_presses_while_the_copy_is_superseded_is_told_to_press_again(callbacks):
    core, ends = Core(), []
    core.ending = Ending(endings.SUPERSEDED, "superseded")
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=ends.append) as relay:
        relay.take(press(1))
        await until(lambda: callbacks.bodies)
    assert "Nada se perdeu" in callbacks.bodies[0]["data"]["content"]
    assert [end.reason for end in ends] == ["superseded"]
    assert core.closed == []


class BeatenCore:
    """Takes heartbeats; what it says of the budget can be changed."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.says = told()

    async def heartbeat(self, state, reason="", pulse=None):
        self.reasons.append(reason)
        return self.says

    def seconds_left(self) -> float:
        return 900.0


class OnlineGateway:
    """Is online and shows what it is told."""

    def state(self) -> str:
        return "online"

    def trouble(self) -> str:
        return ""

    async def show(self, presence: str) -> None:
        """Nothing."""


async def test_the_heart_hears_the_word_and_says_that_it_is_quiet(budget):
    core = BeatenCore()
    core.says = told(quiet=60)
    beating = asyncio.create_task(Heart(core, beat_seconds=0.01, budget=budget).beat(OnlineGateway()))
    await until(lambda: QUIET in core.reasons)
    core.says = told()
    await until(lambda: core.reasons[-1] == "")
    assert core.reasons[0] == ""
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


async def test_no_new_login_while_it_is_quiet_and_each_refused_call_of_the_library_counts(budget, meter, monkeypatch):
    """Discord says 403 to the login, as to an address that is banned; the library's own calls are counted where they come in."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr("astra.bot.gateway.QUIET_LOOK_SECONDS", 0.01)
    asked: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"code": 0, "message": "Forbidden"}, status=403)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    session = SessionAnswer("s", 1, 0, 0, "MQ.x.y", "1", "relay", "Loja", url, url.replace("http", "ws"))
    gateway = Gateway(session, on_interaction=lambda _: None, on_guild=lambda _: None, changed=lambda: None, meter=meter, budget=budget)
    budget.heard(told(quiet=60))
    holding = asyncio.create_task(gateway.hold())
    try:
        await asyncio.sleep(0.1)
        assert asked == []
        budget.heard(told(careful=60))
        await until(lambda: asked)
        await until(lambda: budget.quiet_seconds() > 0)
        assert (len(asked), meter.take().refused) == (1, 1)
        await asyncio.sleep(0.1)
        assert len(asked) == 1
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await gateway.close()
        await runner.cleanup()
