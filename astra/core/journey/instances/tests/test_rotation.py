"""A seller resets the token at Discord and pastes the next one, while people go on pressing: real bot, real supervisor."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

import httpx
import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.tests.stage import MEMBER, Stage

pytestmark = [pytest.mark.commits]
PAUSE_SECONDS = 0.1
# Why Discord answered a press itself: it had nobody to bring it to.
NOBODY_THERE = "the bot is not connected and has no interactions endpoint"


@dataclass
class Presses:
    """Somebody who uses the command again and again, 100 ms after each answer; when he pressed, and what came of it."""

    stage: Stage
    answers: list[tuple[float, str]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Presses":
        self._hand = threading.Thread(target=self._press_on)
        self._hand.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._hand.join()

    def _press_on(self) -> None:
        what = {"kind": "command", "channel_id": self.stage.guild.channel_id, "name": "compras"}
        with httpx.Client(base_url=self.stage.discord.url, timeout=20, trust_env=False) as person:
            while not self._over.wait(PAUSE_SECONDS):
                at = time.monotonic()
                answer = person.post(f"/_sandbox/as/{self.stage.owner}/interactions", json=what).json()
                self.answers.append((at, str(answer.get("reason") or answer["outcome"])))


@pytest.mark.parametrize("transport", ["http", "relay"])
def test_who_presses_while_the_token_is_reset_and_replaced(stage: Stage, settings, transport: str):
    """By HTTP nobody goes unanswered. By the gateway Discord itself drops what is pressed while no bot is connected: no longer than that."""
    settings.ASTRA_INTERACTIONS_TRANSPORT = transport
    instance_id, bot = stage.connect("local")
    stage.until_online(instance_id)
    assert stage.row(instance_id).endpoint == transport
    with Presses(stage) as presses:
        stage.until(lambda: len(presses.answers) >= 3)
        new = stage.discord.renew(bot.id)
        stage.until(lambda: stage.state(instance_id) == "errored")
        pasted_at = time.monotonic()
        change_token(seller_id=stage.seller.id, instance_id=instance_id, token=Secret(new), actor=MEMBER)
        connect_endpoint(seller_id=stage.seller.id, instance_id=instance_id)
        stage.until_online(instance_id)
        online_at = time.monotonic()
        stage.until(lambda: presses.answers[-1][0] > online_at)
    missed = [(at, why) for at, why in presses.answers if why != "message"]
    print(
        f"{transport}: {len(missed)} of {len(presses.answers)} presses unanswered, {online_at - pasted_at:.1f} s from the paste to online"
    )
    if transport == "http":
        assert missed == []
    else:
        assert {why for _, why in missed} == {NOBODY_THERE}, "what was brought to a bot was answered"
        assert missed[-1][0] <= online_at
