"""What a person types to get money out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from astra.core.surfaces.ui.fields import AmountField


class PayoutKeyForm(forms.Form):
    """The PIX key that withdrawals go to."""

    kind = forms.ChoiceField(
        label=_("Kind of key"),
        choices=[("cpf", "CPF"), ("cnpj", "CNPJ"), ("email", _("E-mail")), ("phone", _("Mobile phone")), ("random", _("Random key"))],
    )
    key = forms.CharField(label=_("PIX key"), max_length=140, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "id"}))
    holder_name = forms.CharField(label=_("Holder's full name"), max_length=120)
    holder_document = forms.CharField(
        label=_("Holder's CPF or CNPJ"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "id"}),
        help_text=_("The key has to be of this CPF or CNPJ. Both are kept sealed."),
    )

    def __init__(self, *args: Any, knows_holder: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if knows_holder:  # the profile says who it is
            del self.fields["holder_name"], self.fields["holder_document"]


class WithdrawForm(forms.Form):
    """How much goes out."""

    amount_minor = AmountField(label=_("Amount"))

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        amount: Any = self.fields["amount_minor"]
        amount.currency = currency
        amount.widget.attrs["data-amount-for"] = "withdraw-amount"
