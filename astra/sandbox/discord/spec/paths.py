"""Reads `interface Paths` of the npm package's types: which operations there are, what they take and what they answer."""

from __future__ import annotations

import json
import re
from typing import Any

from .description import REF, Operation, Schema

TOKEN = re.compile(r'\s*(/\*\*.*?\*/|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_$][\w$]*|[{}()\[\]<>|&?:;,=])', re.DOTALL)
NAMED = re.compile(r"response for (\w+)")
SIMPLE: dict[str, Schema] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "unknown": {},
}
ABSENT = ("undefined", "never")


def read_paths(text: str) -> list[Operation]:
    """The operations. Raises ValueError for a file of another shape."""
    begin = text.find("export interface Paths {")
    end = text.find("\n}", begin)
    if begin < 0 or end < 0:
        raise ValueError("the types name no Paths")
    reader = _Reader(text[text.index("{", begin) : end + 2])
    return [
        _operation(method.upper(), path, entry)
        for path, methods in reader.members().items()
        for method, entry in methods["properties"].items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def _operation(method: str, path: str, entry: Schema) -> Operation:
    parts = entry["properties"]
    answers = parts["responses"]
    notes = [note for note in (NAMED.search(text) for text in answers.get("x-notes", [])) if note]
    query = parts["parameters"]["properties"].get("query") or {}
    return Operation(
        id=notes[0].group(1) if notes else f"{method.lower()} {path}",
        method=method,
        template=path,
        query=query if query.get("properties") else {"type": "object", "properties": {}},
        body=parts.get("requestBody"),
        answers={status: schema or None for status, schema in answers["properties"].items()},
    )


class _Reader:
    """A reader of types; an object type becomes a schema of an object."""

    def __init__(self, text: str) -> None:
        self._tokens = TOKEN.findall(text)
        self._at = 0

    def members(self) -> dict[str, Any]:
        """The members of the object type that begins here, by name."""
        found: dict[str, Any] = self._object()["properties"]
        return found

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self, wanted: str = "") -> str:
        word = self._peek()
        if not word or (wanted and word != wanted):
            raise ValueError(f"{wanted or 'more'!r} was to come, not {word!r}")
        self._at += 1
        return str(word)

    def _object(self) -> Schema:
        self._next("{")
        properties: dict[str, Any] = {}
        required: list[str] = []
        notes: list[str] = []
        while self._peek() != "}":
            if self._peek().startswith("/**"):
                notes.append(self._next())
                continue
            key = self._next()
            if key == "[":  # [key: string]: T
                while self._next() != "]":
                    pass
                self._next(":")
                self._type()
                self._next(";")
                continue
            name = json.loads(key) if key.startswith('"') else key
            optional = self._peek() == "?"
            if optional:
                self._next()
            self._next(":")
            schema = self._type()
            if schema is not None:
                properties[name] = schema
                if not optional:
                    required.append(name)
            self._next(";")
        self._next("}")
        shown: Schema = {"type": "object", "properties": properties, "required": required}
        return {**shown, "x-notes": notes} if notes else shown

    def _type(self) -> Any:
        if self._peek() == "|":
            self._next()
        branches = [self._postfix()]
        while self._peek() == "|":
            self._next()
            branches.append(self._postfix())
        there = [branch for branch in branches if branch is not None]
        if len(there) == 1:
            return there[0]
        return {"anyOf": there} if there else None

    def _postfix(self) -> Any:
        schema = self._primary()
        while self._peek() == "[":
            self._next()
            self._next("]")
            schema = {"type": "array", "items": schema}
        return schema

    def _primary(self) -> Any:
        word = self._peek()
        if word == "{":
            return self._object()
        self._next()
        if word == "(":
            schema = self._type()
            self._next(")")
            return schema
        if word == "[":  # a tuple: only `security` has them
            depth = 1
            while depth:
                word = self._next()
                depth += {"[": 1, "]": -1}.get(word, 0)
            return {}
        if word.startswith('"') or word.lstrip("-").isdigit():
            return {"enum": [json.loads(word)]}
        if word in ABSENT:
            return None
        if word == "Record":
            self._next("<")
            self._type()
            self._next(",")
            value = self._type()
            self._next(">")
            return {"type": "object", "additionalProperties": value}
        return dict(SIMPLE[word]) if word in SIMPLE else {"$ref": REF + word}
