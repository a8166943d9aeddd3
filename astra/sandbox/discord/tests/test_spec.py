"""The check against Discord's description: judged by another validator, and seen at work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from astra.sandbox.discord.refusal import Refusal
from astra.sandbox.discord.spec.checker import Checker
from astra.sandbox.discord.spec.description import Description
from astra.sandbox.discord.spec.locate import find_checker
from astra.sandbox.discord.spec.openapi import read_openapi

from .town import Json, Town, button, card, row

found = find_checker()
pytestmark = pytest.mark.skipif(found is None, reason="Discord's description is not installed: run npm ci; nothing was compared")

BODIES: list[tuple[str, Any]] = [
    ("/channels/1/messages", {"content": "oi", "nonce": 7}),
    ("/channels/1/messages", {"content": 7}),
    ("/channels/1/messages", {"content": "x" * 4001}),
    ("/channels/1/messages", card(button("a"), button("b"))),
    ("/channels/1/messages", {"components": [row(button("x" * 101))]}),
    ("/channels/1/messages", {"components": [row(*[button(str(n)) for n in range(6)])]}),
    ("/channels/1/messages", {"components": [{"type": 99}]}),
    ("/channels/1/messages", {"components": [{"type": 17, "components": [{"type": 17, "components": []}]}]}),
    ("/channels/1/messages", {"embeds": [{"title": "x" * 257}]}),
    ("/channels/1/messages", {"allowed_mentions": {"parse": ["nobody"]}}),
    ("/channels/1/messages", []),
    ("/channels/1/threads", {"name": "ajuda", "type": 12}),
    ("/channels/1/threads", {"name": ""}),
    ("/interactions/1/t/callback", {"type": 4, "data": {"content": "oi", "flags": 64}}),
    ("/interactions/1/t/callback", {"type": 9, "data": {"custom_id": "m", "title": "t" * 46, "components": []}}),
    ("/interactions/1/t/callback", {"type": 3}),
    ("/interactions/1/t/callback", {"type": 8, "data": {"choices": [{"name": "a", "value": "b"}]}}),
    ("/guilds/1/roles", {"name": "VIP", "color": 0x1000000}),
    ("/guilds/1/channels", {"name": "loja", "type": 0, "permission_overwrites": [{"id": "1", "type": 0, "deny": "many"}]}),
]


def checker() -> Checker:
    """The installed one; the module is skipped without it."""
    assert found is not None
    return found


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_it_agrees_with_another_validator(path: str, body: Any) -> None:
    operation = checker().find("POST", path)
    assert operation is not None
    schema = {**(operation.body or {}), "$defs": checker().description.schemas}
    if Draft202012Validator(schema).is_valid(body):
        checker().check_body(operation, body)
    else:
        with pytest.raises(Refusal) as refused:
            checker().check_body(operation, body)
        assert refused.value.code == 50035


def test_every_operation_of_the_package_is_read_and_compiled() -> None:
    description = checker().description
    assert len(description.operations) > 200
    for operation in description.operations:
        for status in operation.answers:
            if status[0] in "24" and status != "204":
                checker().wrong_answer(operation, int(status.replace("X", "0")), {})


def test_the_published_form_is_read_too(tmp_path: Path) -> None:
    """A cut of an OpenAPI document, as Discord writes it: types in lists, enumerations as oneOf with const."""
    document: Json = {
        "info": {"version": "10"},
        "paths": {
            "/things/{id}": {
                "post": {
                    "operationId": "make_thing",
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "responses": {"204": {"description": "done"}, "4XX": {"$ref": "#/components/responses/Wrong"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Kind": {"type": "integer", "oneOf": [{"title": "A", "const": 1}, {"title": "B", "const": 2}]},
                "Thing": {
                    "type": "object",
                    "properties": {"type": {"$ref": "#/components/schemas/Kind"}, "name": {"type": ["string", "null"], "maxLength": 3}},
                    "required": ["type"],
                },
            },
            "responses": {"Wrong": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        },
    }
    description = read_openapi(document, "cut")
    assert isinstance(description, Description)
    judge = Checker(description)
    operation = judge.find("POST", "/things/7")
    assert operation is not None
    judge.check_body(operation, {"type": 2, "name": None})
    with pytest.raises(Refusal) as refused:
        judge.check_body(operation, {"type": 3, "name": "long"})
    assert set(refused.value.errors or {}) == {"type", "name"}
    judge.check_query(operation, [("limit", "5"), ("unknown", "x")])
    with pytest.raises(Refusal):
        judge.check_query(operation, [("limit", "0")])
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    again = find_checker(str(path))
    assert again is not None
    assert again.description.operations[0].id == "make_thing"
    assert find_checker("off") is None


async def test_a_request_that_does_not_fit_is_refused_at_the_field(town: Town) -> None:
    status, answer = await town.rest("POST", f"/channels/{town.channel}/messages", {"poll": {"question": {"text": 5}, "answers": []}})
    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"]["poll"]["question"]["text"]["_errors"][0]["code"] == "BASE_TYPE_CONVERT_STRING"
    status, answer = await town.rest("GET", f"/channels/{town.channel}/messages?limit=many")
    assert (status, list(answer["errors"])) == (400, ["limit"])
    _, noted = await town.send("GET", f"/_sandbox/requests?application_id={town.bot}&limit=2")
    assert "poll.question.text: BASE_TYPE_CONVERT_STRING" in noted[0]["errors"]
    assert await town.look() == []


async def test_an_answer_that_does_not_fit_is_noted(town: Town) -> None:
    town.world.user(town.buyer).username = None  # type: ignore[assignment]
    await town.ok("GET", f"/users/{town.buyer}")
    _, shown = await town.send("GET", "/_sandbox/spec-violations")
    (entry,) = shown["violations"]
    assert (entry["operation"], entry["status"]) == ("get_user", 200)
    assert entry["problems"][0].startswith("username: ")
    town.world.violations.clear()


def test_refusals_are_checked_as_answers_are() -> None:
    operation = checker().find("GET", "/users/123")
    assert operation is not None
    tree = {"user_id": {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": "x"}]}}
    assert checker().wrong_answer(operation, 400, {"message": "Invalid Form Body", "code": 50035, "errors": tree}) == []
    assert checker().wrong_answer(operation, 404, {"message": "Unknown User"}) != []
    assert checker().wrong_answer(operation, 429, {"message": "You are being rate limited.", "code": 0}) != []
    assert checker().wrong_answer(operation, 302, None) != []  # a status that is not described
