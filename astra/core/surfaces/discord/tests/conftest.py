"""The catalogues are compiled before any test speaks; the shop's fixtures."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from astra.core.surfaces.discord.tests.shop import door, shop
from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process
from tests.support.provider import payment_provider, payment_sandbox

__all__ = ["discord_sandbox", "discord_sandbox_process", "door", "payment_provider", "payment_sandbox", "shop"]

for source in Path(__file__).parents[4].glob("**/locale/*/LC_MESSAGES/*.po"):
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        with source.open("rb") as words, compiled.open("wb") as target:
            write_mo(target, read_po(words))
