"""The offline Discord for the pages that ask it."""

from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process

__all__ = ["discord_sandbox", "discord_sandbox_process"]
