"""What a person types about the team."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.permissions import role_text

# A Discord id: a snowflake, 17 to 20 digits (discord.com/developers/docs/reference#snowflakes).
DISCORD_ID = re.compile(r"\d{17,20}")


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    kind = forms.ChoiceField(label=_("How"), choices=[("email", _("By e-mail")), ("discord", _("By Discord"))], initial="email")
    address = forms.CharField(
        label=_("E-mail or Discord number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("The Discord number is under Copy User ID, with Discord's developer mode on."),
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["role"]
        field.choices = [(role, role_text(role)) for role in roles]

    def clean_address(self) -> str:
        """An address that its kind can be."""
        text: str = self.cleaned_data["address"].strip().lower()
        if self.cleaned_data.get("kind") == "discord":
            if not DISCORD_ID.fullmatch(text):
                raise ValidationError(_("A Discord number has 17 to 20 digits."))
        else:
            validate_email(text)
        return text


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["role"]
        field.choices = [(role, role_text(role)) for role in roles]
