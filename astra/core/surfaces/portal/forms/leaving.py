"""What a person says to take the data along, or to leave."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """Which data."""

    with_secrets = forms.BooleanField(
        label=_("With the texts of my stock and my full PIX keys"),
        required=False,
        help_text=_("Then whoever has the file can read them. Leave it out unless you move them somewhere."),
    )


class ClosingForm(forms.Form):
    """The shop's name, typed, so that nobody leaves by a slip."""

    shop = forms.CharField(label=_("Shop's name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name = name

    def clean_shop(self) -> str:
        """The name as it is written at the top of the page. Raises ValidationError."""
        typed: str = self.cleaned_data["shop"].strip()
        if typed.casefold() != self.name.strip().casefold():
            raise forms.ValidationError(_("This is not the shop's name. Nothing was changed: write it as it stands above."))
        return typed
