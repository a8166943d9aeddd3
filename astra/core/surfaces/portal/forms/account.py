"""What a person types about the shop and about themselves."""

import zoneinfo
from functools import cache
from typing import Any

from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.topics import ALWAYS, WHAT_IT_IS, Topic

# Of IANA's zones of Brazil (zone1970.tab) those that differ today, most people first.
BRAZIL = ("America/Sao_Paulo", "America/Bahia", "America/Fortaleza", "America/Recife", "America/Belem", "America/Manaus", "America/Cuiaba",
          "America/Campo_Grande", "America/Porto_Velho", "America/Boa_Vista", "America/Rio_Branco", "America/Noronha")  # fmt: skip
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class ShopForm(forms.Form):
    """The shop's name."""

    name = forms.CharField(label=_("Shop's name"), max_length=80, help_text=_("Buyers see it beside each purchase."))


class PersonForm(forms.Form):
    """How a person is called, and spoken to."""

    person_name = forms.CharField(label=_("Your name"), max_length=80, required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False, help_text=_("Of the pages and of your e-mails."))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, help_text=_("All times that you see are of this zone."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        locale: Any = self.fields["locale"]
        locale.choices = [("", _("As the browser has it")), *settings.LANGUAGES]
        zone: Any = self.fields["time_zone"]
        zone.choices = [("", _("Brasília (the product's own)")), *_zones((get_language() or "pt-br").replace("-", "_"))]


class HolderForm(forms.Form):
    """Who is behind the shop, before the law and the bank."""

    legal_name = forms.CharField(label=_("Full legal name"), max_length=120, help_text=_("As it stands in the document."))
    document = forms.CharField(
        label=_("CPF or CNPJ"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "id"}),
        help_text=_("Kept sealed and shown masked. Withdrawals go to PIX keys of this document only."),
    )


class LettersForm(forms.Form):
    """Which letters a person gets."""

    def __init__(self, *args: Any, unwanted: Any = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for topic in Topic:
            always = topic in ALWAYS
            self.fields[topic.value] = forms.BooleanField(
                label=topic.label,
                required=False,
                disabled=always,
                initial=always or topic.value not in unwanted,
                help_text=str(WHAT_IT_IS[topic]),
            )

    def wanted(self) -> list[str]:
        """The topics that were ticked."""
        return [name for name, ticked in self.cleaned_data.items() if ticked]


@cache
def _zones(locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    names = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS and name not in BRAZIL)
    found = [(gettext("Brazil"), [(name, _place(name, locale)) for name in BRAZIL])]
    return [*found, (gettext("Everywhere else"), [(name, f"{name.partition('/')[0]}: {_place(name, locale)}") for name in names])]


def _place(name: str, locale: str) -> str:
    return get_timezone_location(name, locale=locale, return_city=True) or name
