"""Turns a JSON Schema of the description into a function, so that a request is checked in microseconds.

It knows the words that the description uses, and raises ValueError for any other. What is wrong is worded as Discord words it.
Where a value may be one of several things, the one that its `type` names is meant, so that the error lies at the field and not
at the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .description import REF, Schema

Path = tuple[str | int, ...]
Error = tuple[Path, str, str]
Check = Callable[[Any, Path], list[Error]]

KINDS: dict[str, tuple[tuple[type, ...], str, str]] = {
    "string": ((str,), "BASE_TYPE_CONVERT_STRING", "Could not interpret value as string."),
    "integer": ((int,), "NUMBER_TYPE_COERCE", 'Value "{}" is not int.'),
    "number": ((int, float), "NUMBER_TYPE_COERCE", 'Value "{}" is not float.'),
    "boolean": ((bool,), "BOOLEAN_TYPE_CONVERT", "Must be either true or false."),
    "array": ((list,), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"),
    "object": ((dict,), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"),
    "null": ((type(None),), "BASE_TYPE_INVALID", "Must be null."),
}
FORMATS = {
    "date-time": re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$"),
    "date": re.compile(r"^\d{4}-\d\d-\d\d$"),
    "uri": re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL),
}
KNOWN = {
    "type", "properties", "required", "items", "anyOf", "oneOf", "allOf", "enum", "const", "not", "$ref", "pattern", "format",
    "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "minProperties", "maxProperties", "additionalProperties",
    "uniqueItems", "title", "description", "contentEncoding", "nullable", "default", "x-discord-union", "x-notes",
}  # fmt: skip
MOST_CHOICES = 30
PERMISSIONS = ("permissions", "allow", "deny", "default_member_permissions")
SNOWFLAKE = "^(0|[1-9][0-9]*)$"


class Compiler:
    """Compiles schemas that share names. `loose`: a snowflake may be a number, as some libraries send it."""

    def __init__(self, schemas: dict[str, Schema], *, loose: bool) -> None:
        self._schemas = schemas
        self._loose = loose
        self._named: dict[str, Check] = {}

    def compile(self, schema: Schema) -> Check:
        """The check of `schema`. Raises ValueError for a word that is not known here."""
        if unknown := set(schema) - KNOWN:
            raise ValueError(f"a schema with unknown words: {', '.join(sorted(unknown))}")
        parts: list[Check] = []
        if "$ref" in schema:
            parts.append(self._reference(schema["$ref"]))
        parts += [self.compile(part) for part in schema.get("allOf", [])]
        union = schema.get("anyOf") or schema.get("oneOf")
        if union:
            parts.append(self._union(union))
        if "enum" in schema or "const" in schema:
            parts.append(_choice(schema.get("enum", [schema.get("const")])))
        parts += self._typed(schema)
        if not parts:
            return _anything
        return parts[0] if len(parts) == 1 else lambda value, path: [error for part in parts for error in part(value, path)]

    def _reference(self, reference: str) -> Check:
        name = reference.removeprefix(REF)

        def check(value: Any, path: Path) -> list[Error]:
            # On first use: schemas contain each other.
            known = self._named.get(name)
            if known is None:
                known = self._named[name] = self.compile(self._schemas[name])
            return known(value, path)

        return check

    def _typed(self, schema: Schema) -> list[Check]:
        names = schema.get("type")
        if names is None:
            return []
        inner: dict[str, Check] = {}
        for name in names if isinstance(names, list) else [names]:
            make: dict[str, Callable[[Schema], Check]] = {
                "string": self._string,
                "integer": _number,
                "number": _number,
                "array": self._array,
                "object": self._object,
            }
            inner[name] = make[name](schema) if name in make else _anything
        snowflake = (self._loose and "string" in inner and schema.get("pattern") == "^(0|[1-9][0-9]*)$") or schema.get(
            "format"
        ) == "snowflake"

        def check(value: Any, path: Path) -> list[Error]:
            for name, part in inner.items():
                if _is(value, name):
                    return part(value, path)
            if snowflake and self._loose and type(value) is int and value >= 0:
                return []
            # Bits of permissions are numbers there and texts in every library.
            if self._loose and path and path[-1] in PERMISSIONS and isinstance(value, str) and value.isdecimal():
                return []
            _, code, message = KINDS[next(iter(inner))]
            return [(path, code, message.format(value))]

        return [check]

    def _string(self, schema: Schema) -> Check:
        least, most = schema.get("minLength"), schema.get("maxLength")
        pattern = re.compile(schema["pattern"]) if "pattern" in schema else FORMATS.get(schema.get("format", ""))
        is_snowflake = _is_snowflake(schema)
        is_url = schema.get("format") == "uri"

        def check(value: str, path: Path) -> list[Error]:
            if least and not value:
                return [(path, "BASE_TYPE_REQUIRED", "This field is required")]
            found = _length(len(value), least, most, path)
            if pattern is not None and not pattern.match(value):
                if is_snowflake:
                    found.append((path, "NUMBER_TYPE_COERCE", f'Value "{value[:100]}" is not snowflake.'))
                elif is_url:
                    found.append((path, "URL_TYPE_INVALID_URL", "Not a well formed URL."))
                else:
                    found.append((path, "STRING_TYPE_REGEX", "String value did not match validation regex."))
            return found

        return check

    def _array(self, schema: Schema) -> Check:
        least, most = schema.get("minItems"), schema.get("maxItems")
        one = self.compile(schema.get("items", {}))

        def check(value: list[Any], path: Path) -> list[Error]:
            found = _length(len(value), least, most, path)
            for index, entry in enumerate(value[: (most or 1000) + 1]):
                found += one(entry, (*path, index))
            return found

        return check

    def _object(self, schema: Schema) -> Check:
        inner = {name: self.compile(part) for name, part in schema.get("properties", {}).items()}
        required = schema.get("required", [])
        extra = schema.get("additionalProperties")
        other = self.compile(extra) if isinstance(extra, dict) else None

        def check(value: dict[str, Any], path: Path) -> list[Error]:
            found: list[Error] = []
            for name in required:
                if name not in value:
                    found.append(((*path, name), "BASE_TYPE_REQUIRED", "This field is required"))
            for name, entry in value.items():
                part = inner.get(name, other)
                if part is not None:
                    found += part(entry, (*path, name))
            return found

        return check

    def _union(self, branches: list[Schema]) -> Check:
        enums = [part.get("const", part.get("enum")) for part in branches if "const" in part or "enum" in part]
        if len(enums) == len(branches):  # an enumeration that is written out
            return _choice([entry for each in enums for entry in (each if isinstance(each, list) else [each])])
        checks = [self.compile(part) for part in branches]
        resolved = [self._resolve(part) for part in branches]
        tags = [self._tags(part) for part in resolved]

        def check(value: Any, path: Path) -> list[Error]:
            fitting = [i for i, part in enumerate(resolved) if _may_be(part, value)]
            if isinstance(value, dict) and len(fitting) > 1 and all(tags[i] for i in fitting) and "type" in value:
                named = [i for i in fitting if value["type"] in (tags[i] or ())]
                if not named:
                    known = ", ".join(sorted({str(tag) for i in fitting for tag in tags[i] or ()}, key=lambda t: (len(t), t)))
                    return [((*path, "type"), "BASE_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).')]
                fitting = named
            best: list[Error] | None = None
            for i in fitting or range(len(checks)):
                found = checks[i](value, path)
                if not found:
                    return []
                if best is None or len(found) < len(best):
                    best = found
            return best or []

        return check

    def _resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(REF)]
        return schema

    def _tags(self, schema: Schema) -> list[Any] | None:
        """What `type` may be in an object of this schema, where that is a list of constants."""
        found = schema.get("properties", {}).get("type")
        if found is None:
            return None
        for part in (found, *found.get("allOf", [])):
            part = self._resolve(part)
            if "const" in part or "enum" in part:
                values: list[Any] = part.get("enum", [part.get("const")])
                return values
            written = part.get("oneOf") or part.get("anyOf")
            if written and all("const" in entry for entry in written):
                return [entry["const"] for entry in written]
        return None


def _is_snowflake(schema: Schema) -> bool:
    return schema.get("pattern") == SNOWFLAKE or schema.get("format") == "snowflake"


def _anything(value: Any, path: Path) -> list[Error]:
    return []


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, KINDS[name][0])


def _may_be(schema: Schema, value: Any) -> bool:
    names = schema.get("type")
    if names is None:
        return value is not None or "enum" not in schema
    return any(_is(value, name) for name in (names if isinstance(names, list) else [names]))


def _choice(values: list[Any]) -> Check:
    known = {(isinstance(value, bool), value) for value in values}
    shown = ", ".join(str(value) for value in values[:MOST_CHOICES])

    def check(value: Any, path: Path) -> list[Error]:
        if isinstance(value, (str, int, float, type(None))) and (isinstance(value, bool), value) in known:
            return []
        return [(path, "BASE_TYPE_CHOICES", f"Value must be one of ({shown}).")]

    return check


def _number(schema: Schema) -> Check:
    least, most = schema.get("minimum"), schema.get("maximum")

    def check(value: float, path: Path) -> list[Error]:
        if least is not None and value < least:
            return [(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")]
        if most is not None and value > most:
            return [(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")]
        return []

    return check


def _length(size: int, least: int | None, most: int | None, path: Path) -> list[Error]:
    if (least or 0) <= size and (most is None or size <= most):
        return []
    if least and most is not None:
        return [(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")]
    if most is not None:
        return [(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")]
    return [(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")]
