"""The catalogue of this surface is compiled before any test speaks."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process

__all__ = ["discord_sandbox", "discord_sandbox_process"]

for source in (Path(__file__).parents[1] / "locale").glob("*/LC_MESSAGES/*.po"):
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        with source.open("rb") as words, compiled.open("wb") as target:
            write_mo(target, read_po(words))
