"""The doctor against the offline Discord: what is taken away is found, named and put right; publishing asks him first."""

import asyncio
import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import aiohttp
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord import permissions as bits
from astra.core.integrations.discord.permissions import ChannelReading, GuildReading, RoleReading
from astra.core.journey.instances import sweeps
from astra.core.journey.instances.actions.ask_doctor import ask_doctor
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.choose_channels import NotTheBots, choose_channels
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.actions.fix_step import NotOffered, fix_step
from astra.core.journey.instances.actions.require_channel import ChannelCannotWork, require_channel
from astra.core.journey.instances.doctor.examine import Seen, Uses, examine, examine_channel
from astra.core.journey.instances.doctor.steps import Step, from_plain
from astra.core.journey.instances.doctor.words import in_one_sentence, known_reasons, told
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Checkup, Finding, Instance
from astra.core.journey.instances.queries import checkup, findings, instance_facts, invite_url
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import change, make_instance, row

MEMBER = Actor("member", "1")
LEAST = bits.VIEW_CHANNEL | bits.SEND_MESSAGES | bits.EMBED_LINKS | bits.ATTACH_FILES | bits.READ_HISTORY


class Shop:
    """A bot in a server with one chosen channel."""

    def __init__(self, seller, discord, permissions=LEAST):
        self.seller, self.discord = seller, discord
        self.owner = discord.user(f"dona{id(self) % 10**8}")
        self.guild = discord.guild(self.owner)
        self.bot = discord.bot("loja")
        discord._post(f"/_sandbox/guilds/{self.guild.id}/bots", {"application_id": self.bot.id, "permissions": str(permissions)})
        self.id = create_instance(seller_id=seller.id, name="Loja", token=Secret(self.bot.token), engine="local", actor=MEMBER)
        connect_endpoint(seller_id=seller.id, instance_id=self.id)
        choose_channels(seller_id=seller.id, instance_id=self.id, guild_id=self.guild.id, channel_ids=[self.guild.channel_id], actor=MEMBER)

    def examine(self, **options):
        return examine_instance(seller_id=self.seller.id, instance_id=self.id, **options)

    def wrong(self, **options):
        return {(step.step, step.reason, step.fix) for step in self.examine(**options) if step.is_wrong}

    def overwrite(self, subject, allow=0, deny=0):
        address = f"/_sandbox/channels/{self.guild.channel_id}/permissions/{subject}"
        self.discord._done(self.discord._client.put(address, json={"allow": str(allow), "deny": str(deny)}))

    def fix(self, step, place=""):
        fix_step(seller_id=self.seller.id, instance_id=self.id, step=step, place=place, actor=MEMBER)

    def found(self, *, is_open=True):
        return {(one.step.step, one.step.reason) for one in findings(self.seller.id, self.id) if (one.closed_at is None) == is_open}


@pytest.fixture
def shop(seller, discord_sandbox):
    return Shop(seller, discord_sandbox)


def test_the_invites_permissions_are_enough_for_every_step(shop):
    steps = shop.examine(thorough=True)
    assert [step for step in steps if step.is_wrong] == []
    words = [step.step for step in steps]
    assert words[:7] == ["token", "clicks", "elsewhere", "commands", "server", "scope", "direct"]
    assert {"view_channel", "send_messages", "embed_links", "attach_files", "read_history"} <= set(words)
    kept = checkup(shop.seller.id, shop.id)
    assert kept.steps == tuple(steps)
    assert kept.examined_at
    assert shop.found() == set()
    assert {step.verdict for step in shop.examine() if step.step == "direct"} == {"ok"}, "tried once, remembered"


def test_a_denied_permission_is_found_named_and_closed_again(shop):
    shop.overwrite(shop.guild.id, deny=bits.SEND_MESSAGES)
    step = next(step for step in shop.examine() if step.is_wrong)
    assert (step.step, step.verdict, step.reason, step.fix) == ("send_messages", "blocked", "missing_permissions", "")
    assert step.facts["holder"] == "@everyone"
    assert "@everyone" in in_one_sentence(step, "loja")
    assert shop.found() == {("send_messages", "missing_permissions")}
    shop.examine()
    with acting_for(shop.seller.id):
        assert Finding.objects.filter(step="send_messages").count() == 1, "seen again is not found again"
    shop.overwrite(shop.guild.id)
    assert shop.wrong() == set()
    assert (shop.found(), shop.found(is_open=False)) == (set(), {("send_messages", "missing_permissions")})


def test_an_unseen_channel_hides_the_steps_behind_it(shop):
    shop.overwrite(shop.bot.bot_id, deny=bits.VIEW_CHANNEL)
    verdicts = {step.step: step.verdict for step in shop.examine() if step.place}
    assert verdicts["view_channel"] == "blocked"
    assert verdicts["send_messages"] == "skipped"


def test_what_no_role_gives_is_asked_for_by_the_invite():
    channel, everyone = "9", bits.VIEW_CHANNEL | bits.SEND_MESSAGES
    roles = (RoleReading("1", "@everyone", everyone, 0),)
    guild = GuildReading("1", "Loja", "8", "7", roles, (), False, (ChannelReading(channel, "vitrine", 0),))
    wrong = [step for step in examine_channel(guild, channel, "vitrine") if step.is_wrong]
    assert [(step.step, step.verdict, step.fix) for step in wrong] == [
        ("embed_links", "warned", "invite"), ("attach_files", "warned", "invite"), ("read_history", "warned", "invite"),
    ]  # fmt: skip


def test_one_click_gives_the_bot_what_it_lacks_where_it_may(seller, discord_sandbox):
    shop = Shop(seller, discord_sandbox, permissions=LEAST | bits.MANAGE_ROLES)
    shop.overwrite(shop.guild.id, deny=bits.SEND_MESSAGES | bits.EMBED_LINKS)
    assert ("send_messages", "missing_permissions", "allow") in shop.wrong()
    shop.fix("send_messages", shop.guild.channel_id)
    assert shop.wrong() == set()
    with pytest.raises(NotOffered):
        shop.fix("send_messages", shop.guild.channel_id)


def test_a_remedy_that_was_not_offered_is_not_applied(shop):
    shop.examine()
    for step in ("token", "commands", "send_messages", "nothing"):
        with pytest.raises(NotOffered):
            shop.fix(step)


def test_commands_that_another_program_removed_come_back_by_a_click(shop):
    token = {"Authorization": f"Bot {shop.bot.token}"}
    shop.discord._done(shop.discord._client.put(f"/api/v10/applications/{shop.bot.id}/commands", json=[], headers=token))
    assert shop.wrong() == {("commands", "commands_missing", "commands")}
    shop.fix("commands")
    assert shop.wrong() == set()


def test_clicks_that_go_elsewhere_are_taken_back(shop):
    class Thief(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(shop.bot.verify_key))
            try:
                key.verify(bytes.fromhex(self.headers["X-Signature-Ed25519"]), self.headers["X-Signature-Timestamp"].encode() + body)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b'{"type": 1}')
            except (InvalidSignature, ValueError):
                self.send_response(401)
                self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Thief)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        answer = shop.discord._client.patch(
            "/api/v10/applications/@me",
            json={"interactions_endpoint_url": f"http://127.0.0.1:{server.server_port}/"},
            headers={"Authorization": f"Bot {shop.bot.token}"},
        )
        assert answer.status_code == 200, answer.text
        assert shop.wrong() == {("clicks", "token_in_use_elsewhere", "clicks")}
        shop.fix("clicks")
        assert shop.wrong() == set()
    finally:
        server.shutdown()
        server.server_close()


def test_a_server_that_was_left_says_its_name(shop):
    shop.discord._done(shop.discord._client.delete(f"/_sandbox/guilds/{shop.guild.id}/bots/{shop.bot.bot_id}"))
    assert shop.wrong() == {("server", "guild_left", "invite")}
    change(shop.seller.id, shop.id, guild_id="")
    step = next(step for step in shop.examine() if step.is_wrong)
    assert step.reason == "guild_left"
    assert step.facts["server"] == row(shop.seller.id, shop.id).guild_name


def test_a_bot_added_without_its_commands_lacks_the_scope(shop):
    shop.discord.faults({"match": "GET /applications/\\d+/guilds/\\d+/commands", "kind": "error", "status": 403, "code": 50001})
    assert shop.wrong() == {("scope", "missing_scope", "invite")}


def test_a_channel_that_was_deleted_is_said_to_be_gone(shop):
    shop.discord.delete_channel(shop.guild.channel_id)
    assert shop.wrong() == {("channel", "channel_gone", "")}


async def sign_in(shop) -> None:
    """What any program with the token does at Discord's gateway."""
    async with aiohttp.ClientSession() as http, http.ws_connect(shop.discord.url.replace("http", "ws") + "/gateway") as wire:
        await wire.receive_json()
        about = {"os": "x", "browser": "x", "device": "x"}
        await wire.send_str(json.dumps({"op": 2, "d": {"token": shop.bot.token, "intents": 1, "properties": about}}))
        while (await wire.receive_json()).get("t") != "READY":
            pass


def happen(shop, event: str) -> None:
    with acting_for(shop.seller.id):
        move(Instance.objects.get(id=shop.id), event, actor=Actor("runtime", "1"))


def test_a_copy_of_ours_that_ended_by_surprise_is_not_taken_for_another_program(shop):
    asyncio.run(sign_in(shop))
    happen(shop, "started")
    assert shop.wrong() == set()
    asyncio.run(sign_in(shop))  # its own, of which it could tell nobody any more
    happen(shop, "failed")
    assert shop.wrong() == set()
    asyncio.run(sign_in(shop))
    assert ("elsewhere", "token_in_use_elsewhere", "token") in shop.wrong(), "the next one is counted again"


def test_a_copy_that_signs_in_long_after_its_start_is_not_taken_for_another_program(shop):
    """Discord was away: the start is counted, its sign-in comes when Discord does."""
    change(shop.seller.id, shop.id, engine="local", last_heartbeat_at=real_instant())
    assert shop.wrong() == set()
    change(shop.seller.id, shop.id, seen_state="configured")
    happen(shop, "started")
    assert shop.wrong() == set()
    assert shop.wrong() == set()
    asyncio.run(sign_in(shop))
    happen(shop, "came_online")
    assert shop.wrong() == set()
    asyncio.run(sign_in(shop))
    assert ("elsewhere", "token_in_use_elsewhere", "token") in shop.wrong(), "the next one is counted again"


def test_a_copy_that_could_not_tell_yet_is_not_taken_for_another_program(shop):
    """The core was away while a bot lost its connection and signed in again: it tells so with its next beat."""
    change(shop.seller.id, shop.id, engine="local", last_heartbeat_at=real_instant())
    assert shop.wrong() == set()
    change(shop.seller.id, shop.id, last_heartbeat_at=real_instant() - datetime.timedelta(minutes=1))
    asyncio.run(sign_in(shop))
    assert shop.wrong() == set()
    change(shop.seller.id, shop.id, last_heartbeat_at=real_instant())
    assert ("elsewhere", "token_in_use_elsewhere", "token") in shop.wrong(), "nobody of ours says that it was he"


def test_another_program_with_the_same_token_is_noticed(shop):
    assert shop.wrong() == set()
    asyncio.run(sign_in(shop))
    assert ("elsewhere", "token_in_use_elsewhere", "token") in shop.wrong()
    assert ("elsewhere", "token_in_use_elsewhere", "token") in shop.wrong(), "it stays for a while: the other one is still connected"
    new = shop.discord.renew(shop.bot.id)
    change_token(seller_id=shop.seller.id, instance_id=shop.id, token=Secret(new), actor=MEMBER)
    assert "token_in_use_elsewhere" not in {reason for _step, reason, _fix in shop.wrong()}, "the new token shut the other one out"


def test_discord_away_keeps_what_was_seen(shop, settings):
    shop.examine()
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    steps = shop.examine()
    assert steps
    kept = checkup(shop.seller.id, shop.id)
    assert kept.failure == "discord_not_sent"
    assert kept.steps == tuple(steps)


def test_only_channels_that_the_bot_sees_can_be_chosen(shop):
    for guild_id, channels in ((shop.guild.id, ["1"]), ("1", [shop.guild.channel_id])):
        with pytest.raises(NotTheBots):
            choose_channels(seller_id=shop.seller.id, instance_id=shop.id, guild_id=guild_id, channel_ids=channels, actor=MEMBER)


def test_publishing_into_a_channel_that_cannot_work_is_refused_with_the_fix(shop):
    asked = {"seller_id": shop.seller.id, "instance_id": shop.id, "channel_id": shop.guild.channel_id}
    require_channel(**asked)
    shop.overwrite(shop.guild.id, deny=bits.EMBED_LINKS)
    require_channel(**asked)
    shop.overwrite(shop.guild.id, deny=bits.VIEW_CHANNEL)
    with pytest.raises(ChannelCannotWork) as refused:
        require_channel(**asked)
    assert "Ver canal" in str(refused.value.text)
    shop.discord._done(shop.discord._client.delete(f"/_sandbox/guilds/{shop.guild.id}/bots/{shop.bot.bot_id}"))
    with pytest.raises(ChannelCannotWork):
        require_channel(**asked)


def test_the_doctor_comes_at_most_so_often_and_after_a_change_for_sure(seller, shop, queue):
    queue.forget()
    with acting_for(seller.id):
        Checkup.objects.all().delete()
    asked = {"seller_id": seller.id, "instance_id": shop.id}
    assert [ask_doctor(**asked), ask_doctor(**asked)] == [True, False]
    assert [ask_doctor(**asked, is_change=True), ask_doctor(**asked, is_change=True)] == [True, False]
    assert queue.names() == ["instances.examine", "instances.examine"]
    assert queue.run() == ["instances.examine"], "the second waits"


def test_the_sweep_finds_who_was_not_seen_and_leaves_dead_tokens_alone(seller, shop, queue):
    with acting_for(seller.id):
        Checkup.objects.all().delete()
    queue.forget()
    assert (sweeps.sweep_examinations(), sweeps.sweep_examinations()) == (1, 0)
    assert queue.run("instances.examine") == ["instances.examine"]
    with acting_for(seller.id):
        Checkup.objects.all().delete()
    change(seller.id, shop.id, reason="token_invalid", seen_state="errored")
    assert sweeps.sweep_examinations() == 0


def test_the_sweep_begins_with_whoever_was_not_seen_for_longest(seller, queue, monkeypatch):
    monkeypatch.setattr(sweeps, "EXAMINATIONS_AT_A_TIME", 1)
    bots = [make_instance(seller.id) for _ in range(3)]
    with acting_for(seller.id):
        for bot, minutes in zip(bots, (3, 9, 1), strict=True):
            ago = real_instant() - datetime.timedelta(minutes=minutes)
            Checkup.objects.create(seller_id=seller.id, instance_id=bot, asked_at=ago)
    fresh = make_instance(seller.id)
    asked = [sweeps.sweep_examinations() for _ in range(4)]
    assert asked == [1, 1, 1, 0], "who was seen a minute ago is left in peace"
    with acting_for(seller.id):
        order = list(Checkup.objects.exclude(instance_id=bots[2]).order_by("asked_at").values_list("instance_id", flat=True))
    assert order == [fresh, bots[1], bots[0]]


def test_with_a_dead_token_nothing_seen_before_counts(seller, shop):
    with acting_for(seller.id):
        Checkup.objects.filter(instance_id=shop.id).delete()
        wrong = Step("send_messages", "blocked", "missing_permissions", "9", "vitrine", "allow").plain()
        Checkup.objects.create(seller_id=seller.id, instance_id=shop.id, steps=[wrong], examined_at=real_instant())
    assert [step.step for step in checkup(seller.id, shop.id).wrong] == ["send_messages"]
    change(seller.id, shop.id, reason="token_invalid", seen_state="errored")
    assert [step.step for step in checkup(seller.id, shop.id).steps] == ["token"]


def test_a_role_above_the_bots_own_cannot_be_handed_out():
    roles = (RoleReading("1", "@everyone", LEAST, 0), RoleReading("2", "loja", bits.MANAGE_ROLES, 2, "7"), RoleReading("3", "VIP", 0, 3))
    guild = GuildReading("1", "Loja", "8", "7", roles, ("2",))

    def verdict(role_id: str, reading: GuildReading = guild) -> Step:
        steps = examine(Seen(guild_name="Loja", guild=reading), Uses(roles=((role_id, "VIP"),)))
        return next(step for step in steps if step.step == "role")

    assert verdict("3").reason == "role_hierarchy"
    assert "loja" in in_one_sentence(verdict("3"), "loja")
    lower = GuildReading("1", "Loja", "8", "7", (roles[0], roles[1], RoleReading("3", "VIP", 0, 1)), ("2",))
    assert verdict("3", lower).verdict == "ok"
    assert (verdict("2").reason, verdict("99").reason) == ("role_gone", "role_gone")
    without = GuildReading("1", "Loja", "8", "7", (roles[0], RoleReading("2", "loja", 0, 2, "7"), roles[2]), ("2",))
    assert (verdict("3", without).reason, verdict("3", without).fix) == ("missing_permissions", "invite")


def test_a_timed_out_bot_is_one_finding_not_twenty():
    roles = (RoleReading("1", "@everyone", LEAST, 0),)
    guild = GuildReading("1", "Loja", "8", "7", roles, (), True, (ChannelReading("9", "vitrine", 0),))
    wrong = [step for step in examine(Seen(guild_name="Loja", guild=guild), Uses((("9", "vitrine"),))) if step.is_wrong]
    assert [(step.step, step.reason) for step in wrong] == [("voice", "bot_silenced")]


@pytest.mark.parametrize("reason", known_reasons())
def test_every_reason_says_what_happened_and_what_to_do(reason):
    for fix in ("", "allow", "invite"):
        step = Step("send_messages", "blocked", reason, "9", "vitrine", fix, {"server": "Guilda", "own": "loja", "holder": "@everyone"})
        said = told(step, "loja")
        assert str(said.happened).endswith(".")
        assert str(said.to_do).endswith(".")
        assert "%(" not in f"{said.happened}{said.to_do}"
        assert from_plain(step.plain()) == step


def test_the_invite_asks_for_the_least_and_for_roles_only_when_they_are_handed_out(shop):
    facts = instance_facts(shop.seller.id, shop.id)
    assert f"permissions={LEAST}" in invite_url(facts)
    assert f"permissions={LEAST | bits.MANAGE_ROLES}" in invite_url(facts, with_roles=True)
