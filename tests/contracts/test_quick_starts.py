"""What the quick starts of the offline Discord say is done word for word: their code sells a lamp, their tests pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from astra.sandbox.discord.pytest_plugin import Discord
from astra.sandbox.discord.pytest_plugin import discord as discord
from astra.sandbox.discord.pytest_plugin import discord_options as discord_options
from astra.sandbox.discord.pytest_plugin import discord_process as discord_process

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides" / "offline-discord"
HERE = "http://127.0.0.1:8100"  # the only word of the guides that is changed: a test takes a free port


def code(page: str, language: str) -> str:
    """The first block of a language on a page."""
    found = re.search(rf"```{language}\n(.*?)```", (GUIDES / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{page} has no {language}"
    return found.group(1)


def arranged(discord: Discord) -> tuple[str, str, str]:
    """Runs the script of the first page: the token, the person and the channel that it prints."""
    script = code("README.md", "python").replace(HERE, discord.url)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    token = re.search(r"export DISCORD_TOKEN=(\S+)", done.stdout)
    place = re.search(r"/channels/\d+/(\d+)\?as=(\d+)", done.stdout)
    assert token, done.stdout
    assert place, done.stdout
    return token.group(1), place.group(2), place.group(1)


def offered(discord: Discord, person: str, channel: str) -> bool:
    """Whether a bot is connected and its command can be used."""
    commands = discord.ask("GET", f"/_sandbox/as/{person}/channels/{channel}/commands")
    return bool(commands and discord.ask("GET", "/_sandbox/state")["sessions"])


@pytest.mark.parametrize(
    ("page", "language", "file", "command"),
    [
        ("discord-py.md", "python", "bot.py", [sys.executable, "bot.py"]),
        ("hikari.md", "python", "bot.py", [sys.executable, "bot.py"]),
        ("discord-js.md", "js", "bot.cjs", ["node", "bot.cjs"]),
    ],
)
def test_a_bot_sells_a_lamp(discord: Discord, tmp_path: Path, page: str, language: str, file: str, command: list[str]) -> None:
    if command[0] == "node" and (shutil.which("node") is None or not (ROOT / "node_modules" / "discord.js").is_dir()):
        pytest.skip("NOT TRIED: discord.js needs node and node_modules (make setup)")
    text = code(page, language)
    assert len(text.splitlines()) <= 30
    (tmp_path / file).write_text(text, encoding="utf-8")
    token, bia, channel = arranged(discord)
    addresses = {"DISCORD_URL": discord.url, "DISCORD_TOKEN": token, "NODE_PATH": str(ROOT / "node_modules")}
    with (tmp_path / "said").open("w") as said:
        bot = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **addresses}, stdout=said, stderr=subprocess.STDOUT)
        try:
            # discord.py brings its commands before it connects, the others after.
            discord.until(lambda: offered(discord, bia, channel) or bot.poll() is not None, 30)
            assert bot.poll() is None, (tmp_path / "said").read_text()
            shown = discord.command(bia, channel, "shop")["message"]
            assert shown["content"] == "One lamp, slightly magic."
            assert discord.click(bia, shown, "buy")["message"]["content"] == "The lamp is yours, bia."
        finally:
            bot.kill()
            bot.wait()
    assert discord.ask("GET", "/_sandbox/spec-violations")["violations"] == []


def test_the_tests_of_the_pytest_page_pass(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(code("discord-py.md", "python"), encoding="utf-8")
    (tmp_path / "test_shop.py").write_text(code("pytest.md", "python"), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST", "ASTRA"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "astra.sandbox.discord.pytest_plugin", "-p", "no:cacheprovider", "test_shop.py"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
