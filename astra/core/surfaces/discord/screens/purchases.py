"""All that a buyer bought in this shop, newest first, each with its way in."""

from collections.abc import Sequence

from discord import ui
from django.utils.translation import gettext as _

from astra.core.journey.sales.queries import OrderFacts
from astra.core.surfaces.discord.screens.charge import items_line
from astra.core.surfaces.discord.screens.order_states import purchases_found
from astra.core.surfaces.discord.screens.parts import ACCENT, OPEN, QUIET, REST, Screen, button, quiet, screen, text
from astra.core.surfaces.discord.words import money

# A message holds 40 components; each purchase takes four of them (section, text, button, and the rule's share).
MOST = 8


def purchases(orders: Sequence[OrderFacts], *, can_open: frozenset[str] = frozenset()) -> Screen:
    """The list; orders whose word is in ``can_open`` open their goods, the others show how they stand."""
    if not orders:
        return screen(
            "purchases", QUIET, text("## " + _("Your purchases"), _("No purchase in this shop yet. Press Buy on a card to begin."))
        )
    return screen(
        "purchases",
        ACCENT,
        text("## " + _("Your purchases"), quiet(purchases_found(len(orders)))),
        *[_entry(order, can_open) for order in orders[:MOST]],
        text(quiet(_("The latest {count} are shown.").format(count=MOST))) if len(orders) > MOST else None,
    )


def _entry(order: OrderFacts, can_open: frozenset[str]) -> "ui.Section[ui.LayoutView]":
    amount = money(order.total_minor, order.currency)
    day = f"<t:{int(order.placed_at.timestamp())}:d>" if order.placed_at else ""
    about = " · ".join(part for part in (f"`{order.code}`", amount, day, str(order.word_text)) if part)
    way_in = (
        button(_("See my purchase"), f"see:{order.id}", OPEN)
        if order.word in can_open
        else button(_("Update"), f"order:{order.id}:show", REST)
    )
    return ui.Section(f"**{items_line(order)}**\n{quiet(about)}", accessory=way_in)
