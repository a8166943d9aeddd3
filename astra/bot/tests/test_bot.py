"""The bot by itself: what it imports, what it says, what it never writes down."""

import ast
import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import discord
import pytest

import astra.bot
from astra.bot import library
from astra.bot.log import HidingFormatter, cap_library_log, set_up_log
from astra.bot.maintenance import WORDS, maintenance_reply
from astra.bot.program import main
from astra.protocol import endings

FOLDER = Path(astra.bot.__file__).parent
CANARY = "MzEwMDAwMDAwMDAwMDAwMDA5.canary.never-in-a-log"


def test_it_starts_where_there_is_no_django_and_no_core():
    code = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "psycopg", "procrastinate") or name.startswith("astra.core"):
            raise ImportError(f"{name} is not for bots")
sys.meta_path.insert(0, Blocked())
import io
sys.stdin = io.StringIO("")
from astra.cli import main
code = main(["bot", "--core", "http://127.0.0.1:1"])
assert not [name for name in sys.modules if name.split(".")[0] == "django"], "django is here"
print("imported", sorted(name for name in sys.modules if name.startswith("astra.bot")))
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == endings.USAGE, done.stderr
    assert "astra.bot.gateway" in done.stdout
    assert "Nothing was started" in done.stderr


def test_its_sources_name_neither_django_nor_the_core():
    for path in [*FOLDER.glob("*.py"), *(FOLDER.parent / "protocol").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(("django", "astra.core", "astra.sandbox"))], path


def test_no_decision_of_the_bot_hangs_on_its_hosts_clock():
    """An hour of skew on the bot's machine changes nothing: it counts on from the database's last word (G18)."""
    for path in [*FOLDER.glob("*.py"), *(FOLDER.parent / "protocol").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in {
                    ("time", "time"),
                    ("time", "time_ns"),
                    ("datetime", "now"),
                    ("datetime", "utcnow"),
                }, path


def test_the_library_is_the_version_whose_private_names_we_know():
    assert discord.__version__ == library.PINNED


async def test_addresses_and_raw_interactions_are_ours(monkeypatch):
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
    client = library.QuietClient("Loja")
    taken = []
    library.fit_library(client, api_url="http://x/api/v10", gateway_url="ws://x/gateway", on_interaction=taken.append)
    assert discord.http.Route("GET", "/users/@me").url == "http://x/api/v10/users/@me"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://x/gateway"
    raw = {"id": "1", "type": 3, "strange": True}
    seen = []
    client.dispatch = lambda *event: seen.append(event)
    client._connection.parsers["INTERACTION_CREATE"](raw)
    assert taken == [raw]
    assert taken[0] is raw
    assert seen == []  # the library's own handling stays silent
    await client.close()


async def test_it_asks_for_no_privileged_intent_and_keeps_no_messages_and_no_members():
    client = library.QuietClient("Loja")
    assert client.intents.value & (1 << 1 | 1 << 8 | 1 << 15) == 0
    assert client._connection.max_messages is None
    assert client._connection.member_cache_flags == discord.MemberCacheFlags.none()
    await client.close()


@pytest.mark.parametrize(("locale", "language"), [("pt-BR", "pt"), ("pt", "pt"), ("en-US", "en"), ("de", "en"), ("", "en"), (None, "en")])
@pytest.mark.parametrize("kind", [2, 3, 5])
def test_its_own_words_are_for_one_person_in_his_language(locale, language, kind):
    reply = maintenance_reply({"type": kind, "locale": locale})
    assert reply["type"] == 4
    assert reply["data"]["content"] == WORDS[language]
    assert reply["data"]["flags"] == 64
    assert maintenance_reply({"type": kind})["data"]["content"] == WORDS["en"]


def test_an_autocompletion_is_answered_with_nothing():
    assert maintenance_reply({"type": 4, "locale": "pt-BR"}) == {"type": 8, "data": {"choices": []}}


def test_a_token_never_reaches_the_log_not_even_in_a_traceback():
    out = io.StringIO()
    formatter = HidingFormatter()
    formatter.hide(CANARY)
    formatter.hide("")
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.getLogger("canary.test")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        raise ValueError(f"payload with {CANARY}")
    except ValueError:
        logger.exception("it failed with %s", CANARY)
    logger.error("x" * 10_000)
    assert CANARY not in out.getvalue()
    assert "[hidden]" in out.getvalue()
    assert max(map(len, out.getvalue().splitlines())) <= 4000


def test_the_librarys_log_stays_at_info_whatever_is_asked_for():
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    noisy = logging.getLogger("discord.http")
    try:
        noisy.setLevel(logging.DEBUG)
        set_up_log(logging.DEBUG)
        for name in ("discord", "discord.http", "discord.gateway", "discord.client", "discord.state"):
            assert not logging.getLogger(name).isEnabledFor(logging.DEBUG), name
        noisy.setLevel(logging.WARNING)
        cap_library_log()
        assert noisy.level == logging.WARNING
    finally:
        root.handlers = handlers
        root.setLevel(level)
        noisy.setLevel(logging.NOTSET)


def test_without_a_ticket_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    handlers = list(logging.getLogger().handlers)
    assert main(["--core", "http://127.0.0.1:1"]) == endings.USAGE
    logging.getLogger().handlers = handlers
    assert "ticket" in capsys.readouterr().err


def test_the_words_fit_into_a_message():
    assert all(len(json.dumps(text)) < 2000 for text in WORDS.values())
