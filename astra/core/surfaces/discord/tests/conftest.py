"""The catalogues are compiled before any test speaks; the shop's fixtures."""

from django.utils.translation import trans_real

from astra.core.project.translations import compile_catalogues
from astra.core.surfaces.discord.tests.shop import door, shop
from astra.core.surfaces.discord.tests.till import till
from tests.support.discord_sandbox import discord_sandbox, discord_sandbox_process
from tests.support.provider import payment_provider, payment_sandbox

__all__ = ["discord_sandbox", "discord_sandbox_process", "door", "payment_provider", "payment_sandbox", "shop", "till"]

if compile_catalogues():  # Django may have read the older ones while it was set up
    trans_real._translations.clear()  # type: ignore[attr-defined]
