"""The REST client against the real sandbox process: every end of a call has its name."""

import time

import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.application import (
    channels_of,
    guilds_of,
    read_application,
    register_commands,
    set_interactions_endpoint,
)
from astra.core.integrations.discord.limits import BUDGET_PER_PROCESS, LIMITS
from astra.core.integrations.discord.rest import (
    Closed,
    DiscordRest,
    File,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TokenRefused,
)
from tests.support.discord_sandbox import BotInDiscord, DiscordInTest, GuildInDiscord

# What is refused is counted in the database, for all processes together.
pytestmark = [pytest.mark.django_db]


@pytest.fixture
def place(discord_sandbox: DiscordInTest) -> tuple[BotInDiscord, GuildInDiscord, str]:
    """A bot in a server, and a person beside it."""
    owner, person = discord_sandbox.user("lara"), discord_sandbox.user("bento")
    guild = discord_sandbox.guild(owner, person)
    return discord_sandbox.bot("Loja da Lara", guild), guild, person


def test_a_token_tells_its_application(place: tuple[BotInDiscord, GuildInDiscord, str]) -> None:
    bot, guild, _ = place
    token = Secret(bot.token)
    facts = read_application(token)
    assert (facts.id, facts.name, facts.bot_id, facts.verify_key) == (bot.id, bot.name, bot.bot_id, bot.verify_key)
    assert [row.id for row in guilds_of(token)] == [guild.id]
    assert [(row.id, row.name) for row in channels_of(token, guild.id)] == [(guild.channel_id, "geral")]


def test_commands_reach_people(discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]) -> None:
    bot, _guild, _person = place
    register_commands(Secret(bot.token), bot.id)
    register_commands(Secret(bot.token), bot.id)
    found = DiscordRest(Secret(bot.token)).get(f"/applications/{bot.id}/commands")
    assert [row["name"] for row in found] == ["compras"]


def test_an_address_that_does_not_answer_is_refused(place: tuple[BotInDiscord, GuildInDiscord, str]) -> None:
    bot, _, _ = place
    with pytest.raises(Refused) as refused:
        set_interactions_endpoint(Secret(bot.token), "http://127.0.0.1:9/discord/interactions/1")
    assert (refused.value.status, refused.value.code) == (400, 50035)
    set_interactions_endpoint(Secret(bot.token), None)


def test_a_dead_token_is_refused_and_not_asked_again(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, guild, _ = place
    discord_sandbox.revoke(bot.id)
    rest = DiscordRest(Secret(bot.token))
    with pytest.raises(TokenRefused):
        rest.post(f"/channels/{guild.channel_id}/messages", json={"content": "oi"})
    assert LIMITS.refusals() == 1
    with pytest.raises(TokenRefused):
        rest.get("/users/@me")
    assert LIMITS.refusals() == 1, "the second call never left"
    assert read_application(Secret(discord_sandbox.renew(bot.id))).id == bot.id


def test_a_message_with_a_file_and_a_nonce_is_there_once(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, guild, person = place
    rest = DiscordRest(Secret(bot.token))
    body = {"content": "oi", "nonce": "one", "enforce_nonce": True, "attachments": [{"id": 0, "filename": "a.txt"}]}
    file = File("a.txt", b"conte\xc3\xbado", "text/plain")
    first = rest.post(f"/channels/{guild.channel_id}/messages", json=body, files=[file])
    second = rest.post(f"/channels/{guild.channel_id}/messages", json=body, files=[file])
    assert first["id"] == second["id"]
    seen = [row for row in discord_sandbox.messages(person, guild.channel_id) if row["author"]["id"] == bot.bot_id]
    assert len(seen) == 1
    assert discord_sandbox.file(seen[0]["attachments"][0]["url"]) == b"conte\xc3\xbado"


def test_a_lost_answer_is_an_unknown_outcome_and_nothing_is_repeated(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, guild, person = place
    discord_sandbox.faults({"match": "POST /channels/.*/messages", "kind": "lose_answer", "times": 1})
    with pytest.raises(OutcomeUnknown):
        DiscordRest(Secret(bot.token)).post(f"/channels/{guild.channel_id}/messages", json={"content": "once"})
    assert [row["content"] for row in discord_sandbox.messages(person, guild.channel_id)].count("once") == 1


def test_an_error_of_the_server_is_unknown_and_many_open_the_breaker(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, _, _ = place
    rest = DiscordRest(Secret(bot.token))
    discord_sandbox.faults({"match": "GET /users/@me", "kind": "error", "status": 503})
    for _try in range(5):
        with pytest.raises(OutcomeUnknown):
            rest.get("/users/@me")
    with pytest.raises(NotSent):
        rest.get("/users/@me")


def test_a_short_limit_is_waited_for_and_a_long_one_is_told(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, guild, person = place
    rest = DiscordRest(Secret(bot.token))
    discord_sandbox.faults({"match": "POST /channels/.*/messages", "kind": "rate_limit", "seconds": 0.3, "times": 1})
    began = time.monotonic()
    rest.post(f"/channels/{guild.channel_id}/messages", json={"content": "waited"})
    assert time.monotonic() - began >= 0.3
    discord_sandbox.faults({"match": "POST /channels/.*/messages", "kind": "rate_limit", "seconds": 40, "times": 1})
    with pytest.raises(RateLimited) as limited:
        rest.post(f"/channels/{guild.channel_id}/messages", json={"content": "never"})
    assert limited.value.retry_after > 30
    with pytest.raises(RateLimited):
        rest.post(f"/channels/{guild.channel_id}/messages", json={"content": "never"})
    assert "never" not in [row["content"] for row in discord_sandbox.messages(person, guild.channel_id)]


def test_closed_direct_messages_have_their_own_name(
    discord_sandbox: DiscordInTest, place: tuple[BotInDiscord, GuildInDiscord, str]
) -> None:
    bot, _, person = place
    rest = DiscordRest(Secret(bot.token))
    channel = rest.post("/users/@me/channels", json={"recipient_id": person})
    assert rest.post("/users/@me/channels", json={"recipient_id": person})["id"] == channel["id"]
    discord_sandbox.change_user(person, dms_open=False)
    with pytest.raises(Closed):
        rest.post(f"/channels/{channel['id']}/messages", json={"content": "oi"})


def test_an_unknown_message_is_refused_by_its_code(place: tuple[BotInDiscord, GuildInDiscord, str]) -> None:
    bot, guild, _ = place
    with pytest.raises(Refused) as refused:
        DiscordRest(Secret(bot.token)).patch(f"/channels/{guild.channel_id}/messages/{guild.id}", json={"content": "x"})
    assert refused.value.code == 10008


def test_nobody_there_means_not_sent(place: tuple[BotInDiscord, GuildInDiscord, str], settings) -> None:  # type: ignore[no-untyped-def]
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    with pytest.raises(NotSent):
        DiscordRest(Secret(place[0].token)).get("/users/@me")


def test_the_budget_of_the_address_stops_everybody_before_discord_does(
    place: tuple[BotInDiscord, GuildInDiscord, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMITS, "_share", None)  # by this process's own count, as while the database is away
    for _count in range(BUDGET_PER_PROCESS):
        LIMITS.after("somebody", "GET", "/users/@me", 403, {})
    with pytest.raises(RateLimited) as limited:
        read_application(Secret(place[0].token))
    assert 0 < limited.value.retry_after <= 600


def test_failures_carry_no_token(place: tuple[BotInDiscord, GuildInDiscord, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = "aW50ZXJhY3Rpb24tdG9rZW4tdGhhdC1tdXN0LW5vdC1sZWFr"
    with pytest.raises(Refused) as refused:
        DiscordRest(None).patch(f"/webhooks/{place[0].id}/{secret}/messages/@original", json={"content": "x"})
    assert secret not in str(refused.value) + repr(refused.value.__dict__) + caplog.text
