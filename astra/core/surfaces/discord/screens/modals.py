"""The two small forms of the cart."""

import uuid
from typing import Any

from discord import ui
from django.utils.translation import gettext as _

COUPON_FIELD = "coupon"
QUANTITY_FIELD = "quantity"


def coupon_modal(order_id: uuid.UUID, current: str = "") -> dict[str, Any]:
    """Asks for a coupon; left empty it takes the coupon off."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=COUPON_FIELD, required=False, max_length=40, default=current or None, placeholder=_("LAUNCH10")
    )
    return _modal(_("Coupon"), f"cart:{order_id}:coupon_modal", _("Coupon code"), _("Leave it empty to take the coupon off."), field)


def quantity_modal(order_id: uuid.UUID, current: int) -> dict[str, Any]:
    """Asks for a quantity that the menu does not have."""
    field: ui.TextInput[Any] = ui.TextInput(custom_id=QUANTITY_FIELD, min_length=1, max_length=4, default=str(current))
    return _modal(_("Quantity"), f"cart:{order_id}:quantity_modal", _("How many?"), None, field)


def _modal(title: str, custom_id: str, label: str, description: str | None, field: "ui.TextInput[Any]") -> dict[str, Any]:
    form = ui.Modal(title=title, custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=label, description=description, component=field))
    return form.to_dict()
