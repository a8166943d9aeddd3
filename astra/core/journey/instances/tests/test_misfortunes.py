"""What happens to sellers, for real: processes, gateway, REST. A bot is killed, its token revoked, a second copy started, a permission
removed; each is seen with its reason within seconds, and what was paid waits and is sent in order afterwards."""

import asyncio
import contextlib
import datetime
import json
import os
import signal
import socket
import threading

import aiohttp
import httpx
import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord import permissions as bits
from astra.core.integrations.discord import shared_budget
from astra.core.integrations.discord.limits import LIMITS
from astra.core.journey.instances.actions import reconcile_instance, record_heartbeat
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.choose_channels import choose_channels
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.models import Checkup
from astra.core.journey.instances.queries import checkup, history, instance_facts, runtime_report
from astra.core.journey.instances.tests.cast import change
from astra.core.journey.instances.tests.stage import MEMBER, Stage
from tests.support.queue import QueueInTest

pytestmark = [pytest.mark.commits, pytest.mark.timeout(240)]


@pytest.fixture
def shop(stage: Stage) -> tuple[Stage, object, object]:
    """A bot on air in its server, examined and well."""
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    choose_channels(
        seller_id=stage.seller.id, instance_id=instance_id, guild_id=stage.guild.id, channel_ids=[stage.guild.channel_id], actor=MEMBER
    )
    return stage, instance_id, bot


def wrong(stage: Stage, instance_id) -> set[str]:
    """Lets the worker work, and says what the doctor sees. The queue of a test does not wait: what was ordered for later ran already."""
    with acting_for(stage.seller.id):
        Checkup.objects.filter(instance_id=instance_id).update(asked_at=None)
    QueueInTest().run("instances.examine_soon", "instances.examine", "instances.tell_owners", including_later=True)
    return {step.reason for step in checkup(stage.seller.id, instance_id).wrong}


def test_a_removed_permission_is_told_by_the_gateway_and_found(shop):
    stage, instance_id, bot = shop
    assert wrong(stage, instance_id) == set()
    address = f"/_sandbox/channels/{stage.guild.channel_id}/permissions/{stage.guild.id}"
    stage.discord._done(stage.discord._client.put(address, json={"allow": "0", "deny": str(bits.SEND_MESSAGES)}))
    stage.until(lambda: wrong(stage, instance_id) == {"missing_permissions"})
    stage.discord._done(stage.discord._client.put(address, json={"allow": "0", "deny": "0"}))
    stage.until(lambda: wrong(stage, instance_id) == set())
    stage.discord._done(stage.discord._client.delete(f"/_sandbox/guilds/{stage.guild.id}/bots/{bot.bot_id}"))
    stage.until(lambda: "guild_left" in wrong(stage, instance_id))


def test_a_bot_whose_reply_is_refused_while_the_budget_is_used_up_keeps_quiet_and_wakes_again(shop, monkeypatch):
    stage, instance_id, _bot = shop
    monkeypatch.setattr(shared_budget, "BUDGET", 1)
    stage.discord.faults({"match": "POST /interactions/.*/callback", "kind": "error", "status": 403})
    asked = {"kind": "command", "channel_id": stage.guild.channel_id, "name": "compras"}

    def press_without_waiting() -> None:
        with contextlib.suppress(httpx.TimeoutException):
            httpx.post(f"{stage.discord.url}/_sandbox/as/{stage.owner}/interactions", json=asked, timeout=0.2, trust_env=False)

    press_without_waiting()
    stage.until(lambda: stage.row(instance_id).reason == "quiet")
    assert (stage.state(instance_id), shared_budget.refused_lately()) == ("online", 1)
    press_without_waiting()
    stage.until(lambda: "quiet for" in stage.logs())
    assert len(stage.core.relayed) == 1, "what nobody can be shown does not happen"
    stage.discord.faults()
    monkeypatch.setattr(shared_budget, "BUDGET", 5_000)
    stage.until(lambda: stage.row(instance_id).reason == "")
    assert stage.use_command()["outcome"] == "message"
    assert shared_budget.refused_lately() == 1


def test_a_bot_that_starts_while_the_gateway_is_away_waits_for_it_and_is_nobodys_failure(stage: Stage, settings, monkeypatch):
    monkeypatch.setattr(record_heartbeat, "START_SECONDS", 3)
    monkeypatch.setattr(reconcile_instance, "START_SECONDS", 3)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    settings.ASTRA_DISCORD_GATEWAY = f"ws://127.0.0.1:{port}/gateway"
    instance_id, _bot = stage.connect()
    stage.until(lambda: stage.row(instance_id).reason == "discord_unreachable")
    began = stage.row(instance_id).since_at
    stage.until(lambda: (stage.row(instance_id).deadline_at or began) > began + datetime.timedelta(seconds=7))
    row = stage.row(instance_id)
    assert (row.seen_state, row.reason, row.generation, row.failures) == ("starting", "discord_unreachable", 1, 0)
    with gateway_again(port, int(stage.discord.url.rsplit(":", 1)[1])):
        stage.until_online(instance_id)
        row = stage.row(instance_id)
        assert (row.reason, row.generation) == ("", 1)


@contextlib.contextmanager
def gateway_again(port: int, to: int):
    """The gateway answers at its address: a door that leads to the sandbox's."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(65_536):
                writer.write(part)
                await writer.drain()
        writer.close()

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer))

    over = threading.Event()

    async def serve() -> None:
        async with await asyncio.start_server(enter, "127.0.0.1", port):
            while not over.is_set():  # noqa: ASYNC110  it is told by another thread
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_second_copy_with_the_same_token_is_found(shop):
    stage, instance_id, bot = shop
    stage.until(lambda: runtime_report(stage.seller.id, instance_id).lines)
    assert wrong(stage, instance_id) == set()

    async def second_copy() -> None:
        async with aiohttp.ClientSession() as http, http.ws_connect(stage.discord.url.replace("http", "ws") + "/gateway") as wire:
            await wire.receive_json()
            about = {"os": "x", "browser": "x", "device": "x"}
            await wire.send_str(json.dumps({"op": 2, "d": {"token": bot.token, "intents": 1, "properties": about}}))
            while (await wire.receive_json()).get("t") != "READY":
                pass

    asyncio.run(second_copy())
    examine_instance(seller_id=stage.seller.id, instance_id=instance_id)
    assert wrong(stage, instance_id) == {"token_in_use_elsewhere"}
    # Our own fresh start is not taken for somebody else's: it is counted on both sides.
    assert bot.token not in "".join(runtime_report(stage.seller.id, instance_id).lines)


def test_a_killed_bot_says_why_and_comes_back(shop):
    stage, instance_id, _bot = shop
    os.kill(stage.record(instance_id).pid, signal.SIGKILL)
    stage.until(lambda: stage.state(instance_id) == "backoff")
    facts = instance_facts(stage.seller.id, instance_id)
    assert facts.reason in ("process_killed", "process_ended")
    assert [one.event for one in history(stage.seller.id, instance_id, 1)] == ["failed"]
    change(stage.seller.id, instance_id, deadline_at=None)  # its pause is over
    stage.until_online(instance_id)
    assert wrong(stage, instance_id) == set()


def test_a_revoked_token_is_seen_told_and_rotated(shop, mailoutbox):
    stage, instance_id, bot = shop
    stage.discord.revoke(bot.id)
    stage.until(lambda: instance_facts(stage.seller.id, instance_id).reason == "token_invalid")
    assert stage.state(instance_id) == "errored"
    QueueInTest().run("instances.tell_trouble", "accounts.send_letter", including_later=True)
    assert [mail.to for mail in mailoutbox] == [[stage.seller.email]]
    refused = sum(one["status"] == 401 for one in stage.discord.requests(bot.id, 500))
    LIMITS.forget()
    QueueInTest().run(
        "instances.connect_endpoint", "instances.check_token", "instances.examine_soon", "instances.examine", including_later=True
    )
    assert sum(one["status"] == 401 for one in stage.discord.requests(bot.id, 500)) <= refused + 1
    new = stage.discord.renew(bot.id)
    change_token(seller_id=stage.seller.id, instance_id=instance_id, token=Secret(new), actor=MEMBER)
    QueueInTest().run("instances.connect_endpoint")
    stage.until_online(instance_id)
    assert instance_facts(stage.seller.id, instance_id).reason == ""
    assert wrong(stage, instance_id) == set()
