"""Reads the validators that an npm package generates from Discord's description, and gives JSON Schema back.

The file is a list of `export const NameSchema = EXPRESSION;`; an expression is calls of `z.…`, literals, lists, objects and
`() => NameSchema`. What is not known raises ValueError: a validator that is quietly left out would be worse.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .description import REF, Schema

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_$][\w$]*|=>|[(){}\[\],.:])')
EXPORT = re.compile(r"^export const (\w+)Schema =\s+(.*?);$", re.MULTILINE | re.DOTALL)
OPTIONAL = "x-optional"
CHECKS = ("minLength", "maxLength", "minimum", "maximum", "regex", "url", "iso.datetime", "iso.date")


def read_zod(text: str) -> dict[str, Schema]:
    """Schemas by name. Raises ValueError for what the file should not hold."""
    return {name: _plain(_Reader(body).whole()) for name, body in EXPORT.findall(COMMENT.sub("", text)) if not body.startswith("(")}


def nullable(schema: Schema) -> Schema:
    """`schema`, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


class _Reader:
    """A reader of one expression."""

    def __init__(self, text: str) -> None:
        self._tokens = TOKEN.findall(text)
        self._at = 0

    def whole(self) -> Any:
        value = self._expression()
        if self._at != len(self._tokens):
            raise ValueError(f"something is left after an expression: {self._tokens[self._at : self._at + 5]}")
        return value

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self, wanted: str = "") -> str:
        word = self._peek()
        if wanted and word != wanted:
            raise ValueError(f"{wanted!r} was to come, not {word!r}")
        self._at += 1
        return str(word)

    def _expression(self) -> Any:
        word = self._next()
        if word.startswith('"'):
            return json.loads(word)
        if word[0].isdigit() or word[0] == "-":
            number = float(word)
            return int(number) if number.is_integer() else number
        if word in ("true", "false"):
            return word == "true"
        if word == "[":
            return self._items("]")
        if word == "{":
            return self._members()
        if word == "(":  # () => NameSchema
            self._next(")")
            self._next("=>")
            return {"$ref": REF + self._next().removesuffix("Schema")}
        if word == "new":  # new RegExp("…")
            self._next("RegExp")
            self._next("(")
            return self._items(")")[0]
        if word == "zObject":
            self._next("(")
            return _object(self._items(")")[0])
        if word != "z":
            raise ValueError(f"an expression cannot begin with {word!r}")
        value: Any = None
        while self._peek() == ".":
            self._next()
            name = self._next()
            if name == "iso":
                self._next(".")
                name = "iso." + self._next()
            self._next("(")
            arguments = self._items(")")
            value = _checked(value, arguments) if name == "check" else _made(name, arguments)
        return value

    def _items(self, end: str) -> list[Any]:
        found = []
        while self._peek() != end:
            found.append(self._expression())
            if self._peek() == ",":
                self._next()
        self._next(end)
        return found

    def _members(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek() != "}":
            key = self._next()
            name = json.loads(key) if key.startswith('"') else key
            self._next(":")
            found[name] = self._expression()
            if self._peek() == ",":
                self._next()
        self._next("}")
        return found


def _object(members: dict[str, Schema]) -> Schema:
    required = [name for name, schema in members.items() if not schema.get(OPTIONAL)]
    shown: Schema = {"type": "object", "properties": {name: _plain(schema) for name, schema in members.items()}}
    return {**shown, "required": required} if required else shown


def _plain(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != OPTIONAL}


def _made(name: str, arguments: list[Any]) -> Any:
    """What `z.name(arguments)` stands for; checks come back as (name, value)."""
    if name in CHECKS:
        return name, arguments[0] if arguments else None
    simple = {"string": "string", "number": "number", "int32": "integer", "int": "integer", "boolean": "boolean", "null": "null"}
    if name in simple:
        return {"type": simple[name]}
    if name == "unknown":
        return {}
    if name == "undefined":
        return {OPTIONAL: True, "not": {}}
    first = arguments[0]
    if name == "literal":
        return {"enum": first if isinstance(first, list) else [first]}
    if name == "lazy":
        return first
    if name == "array":
        return {"type": "array", "items": first}
    if name == "record":
        return {"type": "object", "additionalProperties": arguments[1]}
    if name == "intersection":
        return {"allOf": arguments}
    if name == "optional":
        return {**first, OPTIONAL: True}
    if name == "nullable":
        return nullable(first)
    if name == "nullish":
        return {**nullable(first), OPTIONAL: True}
    if name == "union":
        branches = [schema for schema in first if not schema.get(OPTIONAL)]
        shown: Schema = {"anyOf": branches}
        return {**shown, OPTIONAL: True} if len(branches) < len(first) else shown
    raise ValueError(f"z.{name} is not known here")


def _checked(schema: Schema, checks: list[tuple[str, Any]]) -> Schema:
    shown = dict(schema)
    for name, value in checks:
        if name in ("minLength", "maxLength"):
            shown[name if shown.get("type") == "string" else name.replace("Length", "Items")] = value
        elif name in ("minimum", "maximum"):
            shown[name] = value
        elif name == "regex":
            shown["pattern"] = value
        else:
            shown["format"] = {"url": "uri", "iso.datetime": "date-time", "iso.date": "date"}[name]
    return shown
