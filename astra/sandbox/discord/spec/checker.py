"""Checks requests and answers against the description; each operation is compiled when it is first used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from astra.sandbox.discord.refusal import Problems

from .compile import Check, Compiler, Error
from .description import Description, Operation, Schema

# The description calls the codes inside an error tree numbers; Discord's are words ("BASE_TYPE_REQUIRED").
KNOWN_WRONG: dict[str, Schema] = {"ErrorDetails": {"type": "object"}}
# The description takes an application's own description with its translations only; Discord takes the plain text of its documentation too.
TAKEN_TOO: dict[str, dict[str, Schema]] = {"ApplicationFormPartial": {"description": {"type": "string", "maxLength": 400}}}
# The description demands these; the documentation calls them optional, and libraries leave them out (User: Modify Current User).
LEFT_OUT_TOO: dict[str, set[str]] = {"BotAccountPatchRequest": {"username"}}

Query = Iterable[tuple[str, str]]
SNOWFLAKE = re.compile(r"\d{1,20}", re.ASCII)
NO_SNOWFLAKES = ("code", "emoji_name", "webhook_token", "interaction_token", "instance_id")  # the other holes of paths are ids


class Checker:
    """One description, ready to be asked. Holds no state of any Discord: many may share it."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self._requests = Compiler(_widened(description.schemas), loose=True)
        self._answers = Compiler({**description.schemas, **KNOWN_WRONG}, loose=False)
        self._compiled: dict[tuple[str, str], Check | None] = {}
        self.answered: set[str] = set()  # operations that were answered with success, and rightly

    def find(self, method: str, path: str) -> Operation | None:
        """The operation behind a path that begins after `/api/v10`."""
        return self.description.find(method, path)

    def check_body(self, operation: Operation, body: Any) -> None:
        """Raises Refusal 50035 with a tree where `body` is not what the operation takes."""
        check = self._get(operation, "body", operation.body, self._requests)
        if check is not None:
            _raise(check(body, ()))

    def check_query(self, operation: Operation, query: Query) -> None:
        """Raises Refusal 50035 where a parameter of the query is not what the operation takes."""
        known = operation.query["properties"]
        given: dict[str, Any] = {}
        for name, text in query:
            if name in known:
                value = _coerced(text, self._kinds(known[name]))
                given[name] = value if name not in given else [*_listed(given[name]), value]
        for name, value in given.items():
            if self._kinds(known[name]) == {"array"}:
                given[name] = _listed(value)
        check = self._get(operation, "query", operation.query, self._requests)
        if check is not None:
            _raise(check(given, ()))

    def check_path(self, operation: Operation, path: str) -> None:
        """Raises Refusal 50035 where an id in the path is no snowflake."""
        wrong = [
            ((hole[1:-1],), "NUMBER_TYPE_COERCE", f'Value "{value[:100]}" is not snowflake.')
            for hole, value in zip(operation.template.split("/"), path.split("/"), strict=True)
            if hole.startswith("{") and hole[1:-1] not in NO_SNOWFLAKES and not SNOWFLAKE.fullmatch(value)
        ]
        _raise(list(wrong))

    def wrong_answer(self, operation: Operation, status: int, body: Any) -> list[str]:
        """What is wrong with an answer, in words; empty where it fits."""
        key = next((key for key in (str(status), f"{status // 100}XX") if key in operation.answers), None)
        if key is None:
            return [f"the status {status} is not described; described are {', '.join(operation.answers)}"]
        if status == 204:
            return [] if body is None else ["an answer without content has content"]
        check = self._get(operation, key, operation.answers[key], self._answers)
        if check is None:
            return []
        return [f"{'.'.join(str(part) for part in path) or 'body'}: {message} ({code})" for path, code, message in check(body, ())]

    def _get(self, operation: Operation, part: str, schema: Schema | None, compiler: Compiler) -> Check | None:
        key = (operation.id, part)
        if key not in self._compiled:
            self._compiled[key] = None if not schema else compiler.compile(schema)
        return self._compiled[key]

    def _kinds(self, schema: Schema) -> set[str]:
        """The JSON types that a parameter may have."""
        found: set[str] = set()
        if "$ref" in schema:
            return self._kinds(self.description.schemas[schema["$ref"].rsplit("/", 1)[1]])
        for part in (*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])):
            found |= self._kinds(part)
        kind = schema.get("type")
        if kind is not None:
            found |= set(kind) if isinstance(kind, list) else {kind}
        elif "const" in schema or "enum" in schema:
            values = schema.get("enum", [schema.get("const")])
            found |= {"integer" if isinstance(value, int) else "string" for value in values}
        return found - {"null"}


def _widened(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Schemas of requests with what Discord takes beyond them."""
    shown = dict(schemas)
    for name, fields in TAKEN_TOO.items():
        if name in shown:
            known = shown[name]["properties"]
            wider = {field: {"anyOf": [also, known[field]]} for field, also in fields.items() if field in known}
            shown[name] = {**shown[name], "properties": {**known, **wider}}
    for name, optional in LEFT_OUT_TOO.items():
        if name in shown:
            shown[name] = {**shown[name], "required": [one for one in shown[name].get("required", []) if one not in optional]}
    return shown


def _coerced(text: str, kinds: set[str]) -> Any:
    if "boolean" in kinds and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    if kinds & {"integer", "number"} and text.lstrip("-").isdigit():
        return int(text)
    return text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _raise(errors: list[Error]) -> None:
    if errors:
        problems = Problems()
        for path, code, message in errors:
            problems.add(path or ("_body",), code, message)
        problems.raise_if_any()
