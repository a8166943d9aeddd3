"""What a person types about the shop and about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShopForm(forms.Form):
    """The shop's name."""

    name = forms.CharField(label=_("Shop's name"), max_length=80, help_text=_("Buyers see it beside each purchase."))


class PersonForm(forms.Form):
    """How a person is called."""

    person_name = forms.CharField(label=_("Your name"), max_length=80, required=False)
