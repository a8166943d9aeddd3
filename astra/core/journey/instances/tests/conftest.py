"""The offline Discord and the live world for the tests of this stage."""

from astra.core.journey.instances.tests.stage import stage
from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process

__all__ = ["discord_sandbox", "discord_sandbox_process", "stage"]
