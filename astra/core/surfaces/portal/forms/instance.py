"""What a person types to connect a bot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from astra.core.surfaces.ui.choices import offer_choices

# A token that was refused is not written back: it may be a good one of another bot.
TOKEN = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "id"})


class TokenForm(forms.Form):
    """A bot's token."""

    token = forms.CharField(
        label=_("Bot's token"),
        max_length=200,
        widget=TOKEN,
        help_text=_("We check it at Discord at once and keep it sealed. It is never shown again."),
    )


class InstanceForm(TokenForm):
    """A new instance."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False, help_text=_("For you. Empty: the bot's own name."))
    engine = forms.ChoiceField(label=_("How it runs"), widget=forms.RadioSelect)
    field_order = ("token", "name", "engine")

    def __init__(self, *args: Any, engines: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_choices(self, "engine", [(name, name) for name in engines])
        if engines:
            self.fields["engine"].initial = "local" if "local" in engines else engines[0]
