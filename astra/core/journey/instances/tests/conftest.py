"""The offline Discord for the tests of this stage."""

from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process

__all__ = ["discord_sandbox", "discord_sandbox_process"]
