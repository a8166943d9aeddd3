"""What a list of a form offers, when only the page knows it."""

from collections.abc import Iterable
from typing import Any

from django import forms


def offer_choices(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Sets what the field ``name`` lets a person choose. Raises TypeError where that field is no list: a programming error."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no list")
    field.choices = list(choices)
