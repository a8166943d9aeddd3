"""Reads the description as Discord publishes it: an OpenAPI document."""

from __future__ import annotations

from typing import Any

from .description import REF, Description, Operation, Schema

METHODS = ("get", "post", "put", "patch", "delete")


def read_openapi(document: Schema, source: str) -> Description:
    """The description in `document`. Raises KeyError or TypeError for something else."""
    moved = _moved(document)
    operations = [
        _operation(method.upper(), path, entry[method], entry.get("parameters", []), moved)
        for path, entry in moved["paths"].items()
        for method in METHODS
        if method in entry
    ]
    return Description(source, str(moved["info"].get("version", "")), moved["components"]["schemas"], operations)


def _operation(method: str, path: str, entry: Schema, shared: list[Schema], document: Schema) -> Operation:
    asked = [one for one in (*shared, *entry.get("parameters", [])) if one.get("in") == "query"]
    return Operation(
        id=entry["operationId"],
        method=method,
        template=path,
        query={
            "type": "object",
            "properties": {one["name"]: one["schema"] for one in asked},
            "required": [one["name"] for one in asked if one.get("required")],
        },
        body=_content(entry.get("requestBody", {})),
        answers={status: _content(_resolved(answer, document)) for status, answer in entry["responses"].items()},
    )


def _content(holder: Schema) -> Schema | None:
    """The schema of the JSON body, or of the first kind of body that there is."""
    kinds = holder.get("content", {})
    chosen = kinds.get("application/json") or next(iter(kinds.values()), None)
    return None if chosen is None else chosen.get("schema")


def _resolved(holder: Schema, document: Schema) -> Schema:
    name = holder.get("$ref")
    if name is None:
        return holder
    found: Schema = document["components"]["responses"][name.rsplit("/", 1)[1]]
    return found


def _moved(value: Any) -> Any:
    """A copy in which references to schemas lead to `#/$defs/`."""
    if isinstance(value, dict):
        return {
            key: entry.replace("#/components/schemas/", REF) if key == "$ref" and isinstance(entry, str) else _moved(entry)
            for key, entry in value.items()
        }
    return [_moved(entry) for entry in value] if isinstance(value, list) else value
