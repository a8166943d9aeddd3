"""Bots of three libraries, unchanged but for their address, live through a day in the offline Discord as processes of their own."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from astra.sandbox.discord.pytest_plugin import Application, Discord, Guild
from astra.sandbox.discord.pytest_plugin import discord as discord
from astra.sandbox.discord.pytest_plugin import discord_options as discord_options
from astra.sandbox.discord.pytest_plugin import discord_process as discord_process

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).parent / "foreign"
MANAGE = (1 << 4) | (1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 28) | (1 << 34) | (1 << 35) | (1 << 36) | (1 << 38)
FORMS = {"form", "more"}


class Bot:
    """The bot's process; `hear` waits for a line of its own."""

    def __init__(self, command: list[str], discord: Discord, application: Application) -> None:
        self._said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        addresses = {"DISCORD_URL": discord.url, "DISCORD_GATEWAY": discord.gateway_url, "DISCORD_TOKEN": application.token}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **addresses, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)
            self._lines.put(line.strip())

    def hear(self, word: str) -> str:
        """The next line that begins with `word`."""
        try:
            while not (line := self._lines.get(timeout=20)).startswith(word):
                pass
        except queue.Empty:
            pytest.fail(f"The bot never said {word!r}. It said:\n{''.join(self._said)}")
        return line

    def said(self) -> str:
        """All that it wrote."""
        return "".join(self._said)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start_bot(discord: Discord) -> Iterator[Callable[..., Bot]]:
    """Starts bots and ends them."""
    bots: list[Bot] = []

    def start(command: list[str], application: Application) -> Bot:
        bots.append(Bot(command, discord, application))
        return bots[-1]

    yield start
    for bot in bots:
        bot.end()
        print(bot.said())


@pytest.fixture
def here(discord: Discord) -> tuple[str, Guild, Application]:
    """A person in a server, and a bot invited to it with what a shop needs."""
    bia = discord.user("bia")
    guild = discord.guild(None, bia, name="Lamp")
    for kind in (2, 4, 5, 13, 15):  # a server as one finds it: voice, a category, news, a stage, a forum
        discord.ask("POST", f"/_sandbox/guilds/{guild.id}/channels", {"name": f"kind-{kind}", "type": kind})
    return bia, guild, discord.application("Shop", guild, permissions=MANAGE)


def test_discord_py(discord: Discord, here: tuple[str, Guild, Application], start_bot: Callable[..., Bot]) -> None:
    bot = start_bot([sys.executable, str(SOURCES / "discord_py_bot.py")], here[2])
    live_through_a_day(discord, *here, bot)


def test_hikari(discord: Discord, here: tuple[str, Guild, Application], start_bot: Callable[..., Bot]) -> None:
    bot = start_bot([sys.executable, "-O", str(SOURCES / "hikari_bot.py")], here[2])
    live_through_a_day(discord, *here, bot, labels=False)


def test_discord_js(discord: Discord, here: tuple[str, Guild, Application], start_bot: Callable[..., Bot]) -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "discord.js").is_dir():
        pytest.skip("NOT TRIED: discord.js needs node and node_modules (make setup)")
    bot = start_bot([node, str(SOURCES / "discord_js_bot.cjs")], here[2])
    live_through_a_day(discord, *here, bot)


def live_through_a_day(discord: Discord, bia: str, guild: Guild, shop: Application, bot: Bot, *, labels: bool = True) -> None:
    """What every bot must be able to do. `labels`: whether its library knows the newer inputs of forms."""
    assert "Lamp" in bot.hear("ready")
    discord.online(shop)

    def use(name: str, **options: Any) -> str:
        """The answer's text, once the bot is done."""
        got = discord.command(bia, guild.channel_id, name, **options)
        assert got["outcome"] == "deferred", got
        return str(discord.until(lambda: filled(discord, bia, guild.channel_id, got["message"]["id"])))

    card = discord.command(bia, guild.channel_id, "card")["message"]
    assert card["flags"] & 32768
    assert_shows(discord, card, "For sale", "first.png")
    buttons_and_selects(discord, bia, guild, shop, card)
    modals(discord, bia, guild, card, labels=labels)

    use("edit")
    changed = [row for row in discord.messages(bia, guild.channel_id) if "Sold" in json.dumps(row)]
    assert_shows(discord, changed[-1], "Sold", "second.png")
    assert [file["filename"] for file in changed[-1]["attachments"]] == ["second.png"]

    use("direct")
    assert [row["content"] for row in discord.direct_messages(bia)] == ["Between us"]

    role = use("role", keep=True)
    assert roles_of(discord, shop, guild, bia) == [role]
    taken = use("role", keep=False)
    assert taken not in roles_of(discord, shop, guild, bia)

    channel, thread, private = json.loads(use("place"))
    assert [row["content"] for row in discord.messages(bia, thread)][-1] == "Talk here"
    names = {row["id"]: (row.get("name"), row["type"]) for row in discord.channels(bia)}
    assert names[channel] == ("orders", 0)
    assert (names[thread], names[private]) == (("Order one", 11), ("Only us", 12))

    a_poll(discord, bia, guild, bot, use("poll"))
    a_dropped_socket(discord, bia, guild, shop, bot, card)
    a_rate_limit(discord, guild, shop, use)
    assert bot.process.poll() is None
    assert discord.ask("GET", "/_sandbox/spec-violations")["violations"] == []
    for complaint in ("Traceback", "unexpected bucket", "KeyError", "Unhandled"):
        assert complaint not in bot.said()


def filled(discord: Discord, person: str, channel_id: str, message_id: str) -> str | None:
    """The text of a deferred answer, when it is there."""
    found = [row for row in discord.messages(person, channel_id) if row["id"] == message_id]
    assert found, "the answer is gone"
    return None if found[0]["flags"] & 128 else found[0]["content"]


def assert_shows(discord: Discord, message: dict[str, Any], text: str, file: str) -> None:
    """The card has its text, and a picture that can be fetched."""
    (box,) = message["components"]
    assert box["components"][0]["components"][0]["content"] == text
    media = box["components"][1]["items"][0]["media"]
    assert media["url"].split("?")[0].endswith(file)
    assert discord.file(media["url"]).startswith(b"\x89PNG")


def buttons_and_selects(discord: Discord, bia: str, guild: Guild, shop: Application, card: dict[str, Any]) -> None:
    """A press that is answered late, with a file after; one choice in each kind of select."""
    pressed = discord.click(bia, card, "buy")
    assert pressed["outcome"] == "deferred"
    receipt = discord.until(lambda: [row for row in discord.messages(bia, guild.channel_id) if row["content"] == "Receipt"])[0]
    assert discord.file(receipt["attachments"][0]["url"]) == b"paid"
    assert filled(discord, bia, guild.channel_id, pressed["message"]["id"]) == "Yours"
    choices = [
        ("pick", "red", "blue"),
        ("pick-user", bia),
        ("pick-role", guild.id),
        ("pick-any", shop.id),
        ("pick-channel", guild.channel_id),
    ]
    for custom_id, *values in choices:
        said = discord.choose(bia, card, custom_id, *values)
        assert json.loads(said["message"]["content"]) == values, custom_id


def modals(discord: Discord, bia: str, guild: Guild, card: dict[str, Any], *, labels: bool) -> None:
    """Every input that the library can send comes back as it was filled in."""
    first = discord.click(bia, card, "form")["modal"]
    if not labels:
        values: dict[str, Any] = {"words": "a few", "story": "once\nupon"}
        assert json.loads(discord.submit(bia, first, **values)["message"]["content"]) == values
        return
    values = {"words": "a few", "one": ["blue"], "person": [bia], "role": [guild.id], "anyone": [bia]}
    assert json.loads(discord.submit(bia, first, **values)["message"]["content"]) == values
    second = discord.click(bia, card, "more")["modal"]
    values = {"place": [guild.channel_id], "size": "large", "extras": ["gift", "fast"], "agreed": True}
    files = [discord.upload("note.txt", b"from bia", "text/plain")]
    got = json.loads(discord.submit(bia, second, **values, files=files)["message"]["content"])
    assert got == {**values, "files": ["from bia"]}


def roles_of(discord: Discord, shop: Application, guild: Guild, person: str) -> list[str]:
    """As REST tells them."""
    import urllib.request

    asked = urllib.request.Request(f"{discord.rest_url}/guilds/{guild.id}/members/{person}", headers={"Authorization": f"Bot {shop.token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
        found: list[str] = json.load(answer)["roles"]
    return found


def a_poll(discord: Discord, bia: str, guild: Guild, bot: Bot, message_id: str) -> None:
    """Asked with an emoji that the bot made; the vote is told."""
    asked = next(row for row in discord.messages(bia, guild.channel_id) if row["id"] == message_id)
    emoji = asked["poll"]["answers"][1]["poll_media"]["emoji"]
    assert discord.file(f"/emojis/{emoji['id']}.png").startswith(b"\x89PNG")
    assert discord.vote(bia, asked, 2)["poll"]["results"]["answer_counts"][1]["count"] == 1
    assert bot.hear("voted") == "voted 2"


def a_dropped_socket(discord: Discord, bia: str, guild: Guild, shop: Application, bot: Bot, card: dict[str, Any]) -> None:
    """Cut off, the bot comes back to the same session and answers what was pressed meanwhile."""
    (session,) = discord.ask("GET", "/_sandbox/state")["sessions"]
    assert discord.drop(shop) == 1
    bot.hear("resumed")
    (again,) = discord.ask("GET", "/_sandbox/state")["sessions"]
    assert again["session_id"] == session["session_id"]
    assert discord.choose(bia, card, "pick", "red")["outcome"] == "message"


def a_rate_limit(discord: Discord, guild: Guild, shop: Application, use: Callable[..., str]) -> None:
    """Told to wait, the library waits, tries once more and no oftener."""
    discord.faults({"match": r"POST /channels/\d+/messages$", "kind": "rate_limit", "seconds": 0.5, "times": 1})
    use("say", text="after a pause")
    asked = [row for row in discord.requests(shop) if row["method"] == "POST" and row["path"].endswith(f"{guild.channel_id}/messages")]
    assert [row["status"] for row in asked][-2:] == [429, 200]
    assert [row["status"] for row in asked].count(429) == 1
