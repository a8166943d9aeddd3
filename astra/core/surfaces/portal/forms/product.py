"""What a person types about a product. Fields of a variation carry its number: ``variation_name_1``."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from astra.core.journey.catalog.queries import ProductFacts
from astra.core.surfaces.ui.choices import offer_choices
from astra.core.surfaces.ui.fields import AmountField

MOST_ROWS = 25
FIRST_ROWS = 2


class ProductForm(forms.Form):
    """The product's own words."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"data-mirror": "preview-name", "autocomplete": "off"})
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-mirror": "preview-description"}),
        help_text=_("Two lines fit on the card; the rest is behind Details."),
    )
    no_stock = forms.ChoiceField(
        label=_("When the stock ends"),
        choices=[
            ("refuse", _("Refuse before paying")),
            ("wait", _("Let buyers pay and wait")),
        ],
        initial="refuse",
        help_text=_("Who waits agrees to it before paying, and is served in the order of payment."),
    )


class VariationRow(forms.Form):
    """One variation; an empty row is left out."""

    variation_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    variation_name = forms.CharField(label=_("Variation"), max_length=80, required=False)
    variation_price = AmountField(label=_("Price"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        price: Any = self.fields["variation_price"]
        price.currency = currency
        price.widget.attrs["data-price"] = ""

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}_{self.prefix}"

    @property
    def is_left_empty(self) -> bool:
        """Whether nothing was typed in the row."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("variation_name", "variation_price"))

    def clean(self) -> "dict[str, Any] | None":
        found = super().clean()
        if not self.is_left_empty:
            if not self.data.get(self.add_prefix("variation_name"), "").strip():
                self.add_error("variation_name", _("Give it a name."))
            if not self.data.get(self.add_prefix("variation_price"), "").strip():
                self.add_error("variation_price", _("Say the price."))
        return found


def rows_sent(data: Mapping[str, str], currency: str) -> list[VariationRow]:
    """The rows of a sent form, in their order; at least the first ones."""
    numbers = {int(tail) for key in data if key.startswith("variation_name_") and (tail := key.rpartition("_")[2]).isdigit()}
    most = min(max(numbers, default=FIRST_ROWS), MOST_ROWS)
    return [VariationRow(data, prefix=str(number), currency=currency) for number in range(1, most + 1)]


def rows_of(facts: ProductFacts | None, currency: str) -> list[VariationRow]:
    """The rows of a form that is opened: the product's variations and an empty one."""
    found = facts.variations if facts else ()
    rows = [
        VariationRow(
            prefix=str(number),
            currency=currency,
            initial={"variation_id": one.id, "variation_name": one.name, "variation_price": one.price_minor},
        )
        for number, one in enumerate(found, 1)
    ]
    wanted = max(len(rows) + (0 if facts else 1), FIRST_ROWS)
    return rows + [VariationRow(prefix=str(number), currency=currency) for number in range(len(rows) + 1, min(wanted, MOST_ROWS) + 1)]


def are_apart(rows: list[VariationRow]) -> bool:
    """Whether there is a variation, and no two bear one name; what is wrong is said beside its row. The rows have been validated."""
    filled = [row for row in rows if not row.is_left_empty]
    if not filled:
        rows[0].add_error("variation_name", _("A product needs at least one variation."))
    seen: set[str] = set()
    again = False
    for row in filled:
        name = row.cleaned_data.get("variation_name", "").strip()
        if name and name in seen:
            row.add_error("variation_name", _("Another variation has this name: change one of the two."))
            again = True
        seen.add(name)
    return bool(filled) and not again


def typed_variations(rows: list[VariationRow]) -> list[tuple[uuid.UUID | None, str, int]]:
    """Id, name and price of every row that was filled. The rows have been validated."""
    return [
        (row.cleaned_data.get("variation_id"), row.cleaned_data["variation_name"], row.cleaned_data["variation_price"])
        for row in rows
        if not row.is_left_empty
    ]


class StockForm(forms.Form):
    """Items pasted for one variation."""

    variation_id = forms.ChoiceField(label=_("Variation"))
    text = forms.CharField(
        label=_("One item per line"),
        max_length=4_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "id", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Keys, links, accounts: each line is sold once. They are sealed as soon as they arrive."),
        error_messages={
            "max_length": _("This is more than one paste takes. Nothing was added: divide the text and paste one part at a time.")
        },
    )

    def __init__(self, *args: Any, facts: ProductFacts, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_choices(self, "variation_id", [(str(one.id), one.name) for one in facts.variations])
