"""Modals: what an application may open, and what a person may fill in."""

from __future__ import annotations

from typing import Any

from astra.sandbox.discord.refusal import Json, Problems

from .fields import Fields, Path
from .pieces import SELECTS, choices, select

ROW, TEXT_INPUT, TEXT, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 1, 4, 10, 18, 19, 21, 22, 23
IN_LABEL = (TEXT_INPUT, *SELECTS, UPLOAD, RADIO, CHECKBOXES, CHECKBOX)


def check_modal(data: Any) -> Json:
    """The modal of a callback, complete. Raises Refusal 50035."""
    problems = Problems()
    form = Fields(problems, data if isinstance(data, dict) else {}, ("data",))
    taken: set[str] = set()
    shown: Json = {
        "custom_id": form.text("custom_id", 100, least=1, required=True),
        "title": form.text("title", 45, least=1, required=True),
        "components": [_top(problems, path, entry, taken) for path, entry in form.objects("components", 40, least=1)],
    }
    problems.raise_if_any()
    number = 0
    for component in shown["components"]:
        inner = [component.get("component"), *component.get("components", [])]
        for piece in (component, *(entry for entry in inner if entry)):
            number += 1
            piece.setdefault("id", number)
    return shown


def _top(problems: Problems, path: Path, data: Json, taken: set[str]) -> Json:
    fields = Fields(problems, data, path)
    kind = data.get("type")
    if kind == LABEL:
        inner = fields.inside("component")
        if inner is None:
            fields.required("component")
        shown: Json = {
            "type": LABEL,
            "label": fields.text("label", 45, least=1, required=True),
            "description": fields.text("description", 100),
            "component": None if inner is None else _input(inner, IN_LABEL, taken),
        }
    elif kind == ROW:
        children = fields.objects("components", 1, least=1)
        pieces = [_input(Fields(problems, entry, where), (TEXT_INPUT,), taken, row=True) for where, entry in children]
        shown = {"type": ROW, "components": pieces}
    elif kind == TEXT:
        shown = {"type": TEXT, "content": fields.text("content", 4000, least=1, required=True)}
    else:
        fields.wrong("type", "BASE_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).')
        return {"type": 0}
    return {**shown, "id": data["id"]} if data.get("id") else shown


def _input(fields: Fields, allowed: tuple[int, ...], taken: set[str], *, row: bool = False) -> Json:
    kind = fields.data.get("type")
    if kind not in allowed:
        known = ", ".join(str(entry) for entry in allowed)
        fields.wrong("type", "BASE_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).')
        return {"type": 0}
    custom_id = fields.text("custom_id", 100, least=1, required=True)
    if custom_id is not None and custom_id in taken:
        fields.wrong("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    taken.add(custom_id or "")
    shown: Json = {"type": kind, "custom_id": custom_id}
    if kind != CHECKBOX:
        shown["required"] = fields.boolean("required", default=True)
    if kind == TEXT_INPUT:
        shown |= {
            "style": fields.integer("style", 1, 2),
            "min_length": fields.integer("min_length", 0, 4000),
            "max_length": fields.integer("max_length", 1, 4000, default=4000),
            "placeholder": fields.text("placeholder", 100),
            "value": fields.text("value", 4000),
            "label": fields.text("label", 45, least=1, required=row),
        }
        if fields.data.get("style") is None:
            fields.required("style")
    elif kind in SELECTS:
        shown |= select(fields, int(kind))
    elif kind == RADIO:
        shown["options"] = choices(fields, 2, 10)
    elif kind == CHECKBOXES:
        shown["options"] = choices(fields, 1, 10)
        shown["min_values"] = fields.integer("min_values", 0, 10, default=1)
        shown["max_values"] = fields.integer("max_values", 1, 10, default=len(shown["options"]) or 1)
    elif kind == CHECKBOX:
        shown["default"] = fields.boolean("default")
    elif kind == UPLOAD:
        shown["min_values"] = fields.integer("min_values", 0, 10, default=1)
        shown["max_values"] = fields.integer("max_values", 1, 10, default=1)
    return {**shown, "id": fields.data["id"]} if fields.data.get("id") else shown


def inputs(modal: Json) -> list[Json]:
    """The fields of a modal that a person fills in."""
    found = []
    for component in modal["components"]:
        found += [entry for entry in (component.get("component"), *component.get("components", [])) if entry]
    return found


def filled(modal: Json, values: Json) -> list[Json]:
    """What the application is sent for `values` by custom id. Raises Refusal 50035 where a person could not send it."""
    problems = Problems()
    known = {piece["custom_id"] for piece in inputs(modal)}
    for name in values:
        if name not in known:
            problems.add(("values", name), "UNKNOWN_FIELD", "The modal has no such field.")
    shown = []
    for component in modal["components"]:
        piece: Json = {"type": component["type"], "id": component["id"]}
        if component["type"] == LABEL:
            piece["component"] = _answer(problems, component["component"], values)
        elif component["type"] == ROW:
            piece["components"] = [_answer(problems, entry, values) for entry in component["components"]]
        shown.append(piece)
    problems.raise_if_any()
    return shown


def _answer(problems: Problems, piece: Json, values: Json) -> Json:
    name, kind = piece["custom_id"], piece["type"]
    given = values.get(name)
    path = ("values", name)
    shown: Json = {"type": kind, "id": piece["id"], "custom_id": name}
    if kind == TEXT_INPUT:
        text = str(given if given is not None else piece["value"] or "")
        if piece["required"] and not text:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif text and not (piece["min_length"] or 0) <= len(text) <= piece["max_length"]:
            bounds = f"{piece['min_length'] or 0} and {piece['max_length']}"
            problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {bounds} in length.")
        return {**shown, "value": text}
    if kind == CHECKBOX:
        return {**shown, "value": bool(given if given is not None else piece["default"])}
    offered = piece.get("options")
    if given is None and offered is not None:
        given = [option["value"] for option in offered if option.get("default")]
    picked = [str(entry) for entry in given] if isinstance(given, list) else [] if given is None else [str(given)]
    if offered is not None and set(picked) - {option["value"] for option in offered}:
        problems.add(path, "BASE_TYPE_CHOICES", "This is not one of the options.")
    if kind == RADIO:
        if piece["required"] and not picked:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        return {**shown, "value": picked[0] if picked else None}
    least = piece["min_values"] if piece["required"] or picked else 0
    if not least <= len(picked) <= piece["max_values"]:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {piece['max_values']} in length.")
    return {**shown, "values": picked}
