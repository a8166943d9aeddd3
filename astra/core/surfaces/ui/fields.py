"""Form fields that speak the reader's locale."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from astra.core.surfaces.ui.formats import amount_input, money_text, parse_amount


class AmountField(forms.CharField):
    """An amount of money typed as people write it; cleans to minor units."""

    def __init__(self, *, currency: str = "BRL", min_minor: int = 1, max_minor: int = 100_000_000, **options: Any) -> None:
        self.currency, self.min_minor, self.max_minor = currency, min_minor, max_minor
        options.setdefault("max_length", 24)
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def prepare_value(self, value: Any) -> Any:
        return amount_input(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            minor = parse_amount(text, self.currency)
        except ValueError as error:
            raise ValidationError(
                _("Write an amount such as %(example)s."), params={"example": amount_input(1990, self.currency)}
            ) from error
        if minor < self.min_minor:
            raise ValidationError(_("The least is %(amount)s."), params={"amount": money_text(self.min_minor, self.currency)})
        if minor > self.max_minor:
            raise ValidationError(_("The most is %(amount)s."), params={"amount": money_text(self.max_minor, self.currency)})
        return minor

    def run_validators(self, value: Any) -> None:
        """to_python has weighed the amount; the text validators of the parent do not fit a number."""

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")
