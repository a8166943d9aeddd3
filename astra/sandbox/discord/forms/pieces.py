"""The pieces that messages and modals share: selects and the options of choices."""

from __future__ import annotations

from astra.sandbox.discord.refusal import Json

from .fields import Fields

STRING_SELECT = 3
SELECTS = (3, 5, 6, 7, 8)


def emoji(fields: Fields) -> Json | None:
    """The emoji of a button or an option."""
    inner = fields.inside("emoji")
    if inner is None:
        return None
    name = inner.text("name", 100)
    identity = inner.data.get("id")
    if not name and identity is None:
        inner.wrong("name", "COMPONENT_INVALID_EMOJI", "Invalid emoji")
    shown: Json = {"id": None if identity is None else str(identity), "name": name}
    return {**shown, "animated": True} if inner.data.get("animated") else shown


def choices(fields: Fields, least: int, most: int) -> list[Json]:
    """The options of a string select, radio group or checkbox group."""
    found: list[Json] = []
    values: set[str] = set()
    for path, data in fields.objects("options", most, least=least):
        option = Fields(fields.problems, data, path)
        label = option.text("label", 100, least=1, required=True)
        value = option.text("value", 100, least=1, required=True)
        if value is not None and value in values:
            option.wrong("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
        values.add(value or "")
        shown: Json = {"label": label, "value": value}
        if (description := option.text("description", 100)) is not None:
            shown["description"] = description
        if (picture := emoji(option)) is not None:
            shown["emoji"] = picture
        if option.boolean("default"):
            shown["default"] = True
        found.append(shown)
    return found


def select(fields: Fields, kind: int) -> Json:
    """A select of any kind, without its custom id."""
    least = fields.integer("min_values", 0, 25, default=1)
    most = fields.integer("max_values", 1, 25, default=1)
    shown: Json = {"min_values": least, "max_values": most}
    if least is not None and most is not None and least > most:
        fields.wrong("min_values", "SELECT_COMPONENT_MIN_VALUES_GREATER", "min_values is greater than max_values")
    if (placeholder := fields.text("placeholder", 150)) is not None:
        shown["placeholder"] = placeholder
    if kind == STRING_SELECT:
        shown["options"] = choices(fields, 1, 25)
        if most is not None and most > len(shown["options"]) > 0:
            message = "The specified max_values is greater than the number of options"
            fields.wrong("max_values", "SELECT_COMPONENT_MAX_VALUES_INVALID", message)
    else:
        chosen = [entry for _, entry in fields.objects("default_values", 25)]
        shown["default_values"] = [{"id": str(entry.get("id")), "type": entry.get("type")} for entry in chosen]
    if kind == 8:
        shown["channel_types"] = fields.data.get("channel_types") or []
    return shown
