"""Another quantity, from the menu or from the form."""

from django.utils.translation import gettext as _

from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.cart_message import change_and_show, show_cart
from astra.core.surfaces.discord.click import Click, UnreadableClick
from astra.core.surfaces.discord.reply import Reply, form
from astra.core.surfaces.discord.screens.cart import OTHER
from astra.core.surfaces.discord.screens.modals import QUANTITY_FIELD, quantity_modal


def choose_quantity(click: Click) -> Reply:
    """Takes a quantity of the menu; "another" opens the form."""
    value = click.values[0] if click.values else ""
    if value == OTHER:
        order = access_buyers_order(click.seller_id, click.order_id(), click.buyer_id)
        return form(quantity_modal(order.id, order.lines[0].quantity))
    if not value.isdecimal():
        raise UnreadableClick()
    return change_and_show(click, quantity=int(value))


def enter_quantity(click: Click) -> Reply:
    """Takes the number that was typed."""
    typed = click.fields.get(QUANTITY_FIELD, "").strip()
    if not typed.isdecimal() or len(typed) > 4:
        access_buyers_order(click.seller_id, click.order_id(), click.buyer_id)
        return show_cart(click, click.order_id(), _("A quantity is a whole number, such as 12. Your cart stays as it was."))
    return change_and_show(click, quantity=int(typed))
