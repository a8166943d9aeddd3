"""What a person types about a coupon."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.surfaces.ui.fields import AmountField
from astra.core.surfaces.ui.formats import parse_amount


class CouponForm(forms.Form):
    """A new coupon; ``value`` is a percentage or an amount, as ``kind`` says."""

    code = forms.CharField(
        label=_("Code"), max_length=32, widget=forms.TextInput(attrs={"class": "id", "autocomplete": "off", "autocapitalize": "characters"})
    )
    kind = forms.ChoiceField(label=_("Discount"), choices=[("percent", _("percent")), ("fixed", _("amount"))])
    value = forms.CharField(label=_("How much"), max_length=16, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
    minimum_minor = AmountField(label=_("From an order of"), required=False, min_minor=0, help_text=_("Empty: any order."))
    max_uses = forms.IntegerField(label=_("Uses"), required=False, min_value=1, help_text=_("Empty: without a limit."))
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        minimum: Any = self.fields["minimum_minor"]
        minimum.currency = currency

    def clean(self) -> "dict[str, Any] | None":
        found = super().clean() or {}
        text = found.get("value")
        if text:
            try:
                found["value"] = self._value(found.get("kind", "percent"), text)
            except ValueError:
                self.add_error("value", ValidationError(_("Write a whole percentage from 1 to 99, or an amount of money.")))
        return found

    def clean_ends_on(self) -> datetime.date | None:
        """A day that is over would make a coupon that never works."""
        day: datetime.date | None = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localtime(current_instant()).date():
            raise ValidationError(_("This day is over. Choose today or a later day."))
        return day

    def _value(self, kind: str, text: str) -> int:
        if kind == "fixed":
            return parse_amount(text, self.currency)
        number = int(text.strip().rstrip("%").strip())
        if not 1 <= number <= 99:
            raise ValueError(text)
        return number

    @property
    def ends_at(self) -> datetime.datetime | None:
        """The end of the last day, in the page's time zone."""
        day = self.cleaned_data.get("ends_on")
        if day is None:
            return None
        return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
