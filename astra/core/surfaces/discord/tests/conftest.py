"""The catalogues are compiled before any test speaks; the shop's fixtures."""

from django.utils.translation import trans_real

from astra.core.project.translations import compile_catalogues
from astra.core.surfaces.discord.tests.shop import door, shop
from astra.core.surfaces.discord.tests.till import till

__all__ = ["door", "shop", "till"]

if compile_catalogues():  # Django may have read the older ones while it was set up
    trans_real._translations.clear()  # type: ignore[attr-defined]
