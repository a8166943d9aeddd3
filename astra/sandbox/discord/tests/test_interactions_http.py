"""Interactions by signed HTTP: the proof of the address, every kind of answer, the token afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from .town import V2, Json, Shop, Town, button, card, multipart, row, seen

REPLY = {"type": 4, "data": {"content": "Pague", "flags": 64}}


async def test_the_address_is_proved_before_it_is_used(town: Town, shop: Shop) -> None:
    me = await town.ok("GET", "/applications/@me")
    assert (me["interactions_endpoint_url"], me["verify_key"], me["id"]) == (shop.url, town.verify_key, town.bot)
    await town.ok("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    shop.careful = False  # answers 200 to a forged signature too
    for url in (shop.url, "http://127.0.0.1:9/closed", "ftp://x/y"):
        status, answer = await town.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": url})
        assert (status, answer["code"]) == (400, 50035)
        assert "_errors" in answer["errors"]["interactions_endpoint_url"]
    assert (await town.ok("GET", "/applications/@me"))["interactions_endpoint_url"] is None
    shop.careful = True
    for status, taken in ((403, False), (500, False), (400, True)):
        shop.refuses_with = status
        answer = await town.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": shop.url})
        assert (answer[0] == 200) is taken, status


async def test_a_press_carries_what_discord_sends(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy:1")))
    shop.plan = [REPLY]
    got = await town.press(message, "buy:1")
    assert got["outcome"] == "message"
    assert got["ms"] < 1000
    (seen,) = shop.got
    assert (seen["type"], seen["application_id"], seen["version"]) == (3, town.bot, 1)
    assert seen["data"] == {"component_type": 2, "custom_id": "buy:1", "id": 4}
    assert seen["member"]["user"]["id"] == town.buyer
    assert "user" not in seen
    assert (seen["guild_id"], seen["guild"]["id"], seen["channel"]["id"]) == (town.guild, town.guild, town.channel)
    assert seen["message"]["id"] == message["id"]
    assert (seen["locale"], seen["guild_locale"], seen["context"]) == ("pt-BR", "pt-BR", 0)
    assert seen["authorizing_integration_owners"] == {"0": town.guild}
    assert int(seen["member"]["permissions"]) & (1 << 11)
    assert seen["attachment_size_limit"] > 0


async def test_the_reply_is_read_back_with_its_person(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("open")))
    shop.plan = [{"type": 5, "data": {"flags": 64}}]
    got = await town.press(message, "open")
    assert got["outcome"] == "deferred"
    assert got["message"]["flags"] == 64 | 128
    click = shop.got[0]
    hook = f"/webhooks/{town.bot}/{click['token']}"
    original = await town.ok("GET", f"{hook}/messages/@original")
    told = original["interaction_metadata"]
    assert (told["id"], told["type"], told["user"]["id"]) == (click["id"], 3, town.buyer)
    assert told["interacted_message_id"] == message["id"]
    assert told["authorizing_integration_owners"] == {"0": town.guild}
    changed = await town.ok("PATCH", f"{hook}/messages/@original", card(text="Sua chave"))
    assert changed["flags"] == 64 | V2
    assert changed["edited_timestamp"] is None  # filling what was loading is no edit
    assert [m["id"] for m in await town.look()] == [message["id"], original["id"]]
    lara = town.world.state.guilds[town.guild].owner_id
    assert [m["id"] for m in await town.look(lara)] == [message["id"]]
    for user, count in ((town.buyer, 2), (lara, 0)):  # made and filled: news for one person only
        _, events = await town.send("GET", f"/_sandbox/as/{user}/events?after=0&wait=0")
        assert len([event for event in events if (event.get("message") or {}).get("id") == original["id"]]) == count
    # The bot itself neither lists, reads nor edits it.
    assert [m["id"] for m in await town.ok("GET", f"/channels/{town.channel}/messages")] == [message["id"]]
    for method in ("GET", "PATCH", "DELETE"):
        status, answer = await town.rest(method, f"/channels/{town.channel}/messages/{original['id']}", {"content": "x"})
        assert (status, answer["code"]) == (404, 10008)


async def test_a_picture_is_put_into_an_ephemeral_reply(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    shop.plan = [{"type": 5, "data": {"flags": 64}}]
    await town.press(message, "buy")
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://qr.png"}, "description": "QR"}]}
    payload = {"flags": V2, "components": [gallery], "attachments": [{"id": 0, "description": "QR do PIX"}]}
    path = f"/webhooks/{town.bot}/{shop.got[0]['token']}/messages/@original"
    changed = await town.ok("PATCH", path, multipart(payload, ("qr.png", b"\x89PNG not really")))
    (attachment,) = changed["attachments"]
    assert (attachment["filename"], attachment["description"]) == ("qr.png", "QR do PIX")
    assert attachment["content_type"] == "image/png"
    media = changed["components"][0]["items"][0]["media"]
    assert media["attachment_id"] == attachment["id"]
    shown = (await town.look())[-1]["components"][0]["items"][0]["media"]["url"]
    async with town.client.get(shown) as answer:
        assert await answer.read() == b"\x89PNG not really"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    missing = {"components": [{"type": 12, "items": [{"media": {"url": "attachment://other.png"}}]}]}
    status, refused = await town.rest("PATCH", path, missing)
    assert (status, refused["code"]) == (400, 50035)
    # Replacing the picture: the list names none of the old ones.
    again = await town.ok("PATCH", path, multipart({**payload, "attachments": [{"id": 0}]}, ("qr.png", b"new")))
    assert [entry["size"] for entry in again["attachments"]] == [3]
    async with town.client.get(shown) as answer:
        assert answer.status == 404


async def test_the_message_is_changed_in_place_and_the_new_token_goes_on(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    hidden = {**card(button("paid", "Já paguei"), text="Pague"), "flags": V2 | 64}
    shop.plan = [{"type": 4, "data": hidden}, {"type": 6}, {"type": 7, "data": card(text="Pago")}]
    first = await town.press(message, "buy")
    second = await town.press(first["message"], "paid")
    assert second["outcome"] == "deferred_update"
    hook = f"/webhooks/{town.bot}/{shop.got[1]['token']}/messages/@original"
    fresh = await town.ok("PATCH", hook, card(button("paid"), text="Ainda não caiu"))
    assert fresh["id"] == first["message"]["id"]
    assert fresh["interaction_metadata"]["id"] == shop.got[0]["id"]
    third = await town.press(first["message"], "paid")
    assert third["outcome"] == "update"
    assert third["message"]["components"][0]["components"][0]["content"] == "Pago"
    assert third["message"]["flags"] == V2 | 64


async def test_modal_select_and_direct_messages(town: Town, shop: Shop) -> None:
    options = [{"label": "Deluxe", "value": "d"}, {"label": "Simples", "value": "s"}]
    direct = await town.ok("POST", "/users/@me/channels", {"recipient_id": int(town.buyer)})
    assert (direct["type"], [user["id"] for user in direct["recipients"]]) == (1, [town.buyer])
    menu = {"type": 3, "custom_id": "variation", "options": options}
    message = await town.ok("POST", f"/channels/{direct['id']}/messages", {"content": "Qual?", "components": [row(menu)]})
    fields = [
        {"type": 18, "label": "Quantidade", "component": {"type": 4, "custom_id": "n", "style": 1, "max_length": 2}},
        {"type": 18, "label": "Aceito", "component": {"type": 23, "custom_id": "ok"}},
    ]
    shop.plan = [{"type": 9, "data": {"custom_id": "form", "title": "Pedido", "components": fields}}, REPLY]
    target = {"channel_id": direct["id"], "message_id": message["id"], "custom_id": "variation"}
    for bad in (["x"], [], ["d", "s"], "d"):
        assert (await town.act("select", **target, values=bad))[0] == 400
    status, got = await town.act("select", **target, values=["d"])
    assert (status, got["outcome"], got["modal"]["title"]) == (200, "modal", "Pedido")
    assert shop.got[0]["data"]["values"] == ["d"]
    assert shop.got[0]["user"]["id"] == town.buyer
    assert (shop.got[0]["context"], shop.got[0]["authorizing_integration_owners"]) == (1, {"0": "0"})
    assert not {"member", "guild_id"} & set(shop.got[0])
    modal_id = got["modal"]["modal_id"]
    for bad_values in ({"n": "123"}, {}, {"n": "1", "what": "?"}):
        assert (await town.act("modal", modal_id=modal_id, values=bad_values))[0] == 400
    owner = town.world.state.guilds[town.guild].owner_id
    assert (await town.act("modal", as_user=owner, modal_id=modal_id, values={"n": "1"}))[0] == 400
    status, done = await town.act("modal", modal_id=modal_id, values={"n": "2", "ok": True})
    assert (status, done["outcome"]) == (200, "message")
    sent = shop.got[1]
    assert [part["component"]["value"] for part in sent["data"]["components"]] == ["2", True]
    assert (sent["type"], sent["message"]["id"]) == (5, message["id"])
    told = (await town.look(channel=direct["id"]))[-1]["interaction_metadata"]
    assert told["triggering_interaction_metadata"]["id"] == shop.got[0]["id"]


async def test_a_silent_or_broken_application_fails_in_words(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))

    async def late(_: Json) -> Any:
        await asyncio.sleep(3.3)
        return REPLY

    shop.plan = [late, web.Response(status=500), {"type": 4, "data": {}}, {"type": 99}, web.Response(text="hello")]
    got = await town.press(message, "buy")
    assert (got["outcome"], got["error"]) == ("failed", "Esta interação falhou.")
    assert 2900 < got["ms"] < 3300
    callback = f"/interactions/{shop.got[0]['id']}/{shop.got[0]['token']}/callback"
    status, refused = await town.rest("POST", callback, REPLY)
    assert (status, refused["code"]) == (404, 10062)
    for _ in range(4):
        got = await town.press(message, "buy")
        assert got["outcome"] == "failed"
        assert got["ms"] < 1000
    await town.ok("PUT", f"/applications/{town.bot}/commands", [{"name": "loja", "description": "x"}])
    opens = {
        "type": 9,
        "data": {"custom_id": "f", "title": "F", "components": [row({"type": 4, "custom_id": "t", "style": 1, "label": "T"})]},
    }
    shop.plan = [web.Response(status=500), opens, web.Response(status=500)]
    assert (await town.act("command", channel_id=town.channel, name="loja"))[1]["error"] == "O aplicativo não respondeu."
    modal = (await town.press(message, "buy"))["modal"]
    failed = (await town.act("modal", modal_id=modal["modal_id"], values={"t": "x"}))[1]
    assert failed["error"] == "Algo deu errado. Tente de novo."
    assert len(await town.look()) == 1


async def test_it_may_answer_by_the_callback_instead_and_only_once(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    answers: list[tuple[int, Any]] = []

    async def by_callback(body: Json) -> web.Response:
        path = f"/interactions/{body['id']}/{body['token']}/callback"
        wrong = path.replace(body["token"], "x" + body["token"][1:])  # a token begins with another letter
        hook = f"/webhooks/{town.bot}/{body['token']}"
        answers.append(await town.rest("POST", hook, {"content": "too early"}))
        answers.append(await town.rest("POST", wrong, REPLY))
        answers.append(await town.rest("POST", path, {"type": 4, "data": {"content": "x" * 2001}}))
        answers.append(await town.rest("POST", path + "?with_response=true", REPLY))
        answers.append(await town.rest("POST", path, REPLY))
        return web.Response(status=202)

    shop.plan = [by_callback]
    got = await town.press(message, "buy")
    assert got["outcome"] == "message"
    await seen(lambda: len(answers) == 5)  # the application goes on after its answer
    assert [(status, body.get("code")) for status, body in answers] == [
        (404, 10015),
        (404, 10062),
        (400, 50035),
        (200, None),
        (400, 40060),
    ]
    made = answers[3][1]
    assert made["interaction"]["response_message_id"] == made["resource"]["message"]["id"] == got["message"]["id"]
    assert made["interaction"]["response_message_ephemeral"] is True


async def test_further_messages_and_the_end_of_the_token(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    shop.plan = [{"type": 5, "data": {"flags": 64}}, REPLY]
    await town.press(message, "buy")
    hook = f"/webhooks/{town.bot}/{shop.got[0]['token']}"
    filled = await town.ok("POST", hook, {"content": "Pronto"})  # the first one fills what was loading
    assert filled["flags"] == 64
    further = await town.ok("POST", hook, {"content": "Mais", "flags": 64})
    assert further["interaction_metadata"]["original_response_message_id"] == filled["id"]
    assert further["message_reference"]["message_id"] == filled["id"]
    await town.ok("PATCH", f"{hook}/messages/{further['id']}", {"content": "Mais ainda"})
    await town.press(message, "buy")
    other = f"/webhooks/{town.bot}/{shop.got[1]['token']}"
    assert (await town.rest("GET", f"{other}/messages/{further['id']}"))[1]["code"] == 10008
    await town.ok("DELETE", f"{hook}/messages/{further['id']}")
    assert (await town.rest("GET", f"{hook}/messages/{further['id']}"))[1]["code"] == 10008
    assert (await town.rest("GET", f"/webhooks/{town.bot}/nonsense/messages/@original"))[1]["code"] == 10015
    await town.make("/clock", offset_seconds=14 * 60)
    assert (await town.rest("GET", f"{hook}/messages/@original"))[0] == 200
    await town.make("/clock", offset_seconds=15 * 60 + 1)
    assert (await town.rest("PATCH", f"{hook}/messages/@original", {"content": "x"}))[1]["code"] == 50027
    await town.make("/clock", offset_seconds=0)
    await town.ok("DELETE", f"{hook}/messages/@original")
    assert (await town.rest("GET", f"{hook}/messages/@original"))[1]["code"] == 10008


@pytest.mark.parametrize("missing", ["unknown", "off", "link", "gone", "other"])
async def test_what_a_person_cannot_press(town: Town, shop: Shop, missing: str) -> None:
    link = {"type": 2, "style": 5, "label": "Site", "url": "https://example.com"}
    hidden = {"type": 4, "data": {"content": "segredo", "flags": 64, "components": [row(button("open"))]}}
    message = await town.say(content="Oi", components=[row(button("buy"), button("off", disabled=True), link)])
    shop.plan = [hidden]
    secret = (await town.press(message, "buy"))["message"]
    if missing == "gone":
        await town.ok("DELETE", f"/channels/{town.channel}/messages/{message['id']}")
    body = {"channel_id": town.channel, "message_id": message["id"], "custom_id": missing}
    as_user = town.buyer
    if missing == "other":  # somebody else's ephemeral message
        as_user = town.world.state.guilds[town.guild].owner_id
        body |= {"message_id": secret["id"], "custom_id": "open"}
    status, answer = await town.act("button", as_user=as_user, **body)
    assert status == (404 if missing in ("gone", "other") else 400), answer
    assert len(shop.got) == 1


async def test_files_come_with_the_answer_itself(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    writer = aiohttp.MultipartWriter("form-data")
    part = writer.append_json({"type": 4, "data": {"content": "QR", "attachments": [{"id": 0}]}})
    part.set_content_disposition("form-data", name="payload_json")
    part = writer.append(b"\x89PNG", {"Content-Type": "image/png"})
    part.set_content_disposition("form-data", quote_fields=False, name="files[0]", filename="qr.png")

    async def by_callback(body: Json) -> web.Response:
        path = f"/interactions/{body['id']}/{body['token']}/callback"
        files = multipart({"type": 4, "data": {"content": "QR"}}, ("qr.png", b"\x89PNG"))
        assert (await town.rest("POST", path, files))[0] == 204
        return web.Response(status=202)

    shop.plan = [web.Response(body=writer), by_callback]
    for _ in range(2):
        got = await town.press(message, "buy")
        assert [entry["filename"] for entry in got["message"]["attachments"]] == ["qr.png"]


async def test_two_presses_at_once_and_a_public_reply(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("buy")))
    lara = town.world.state.guilds[town.guild].owner_id
    shop.plan = [{"type": 4, "data": {"content": "um"}}, {"type": 4, "data": {"content": "dois"}}]
    target = {"channel_id": town.channel, "message_id": message["id"], "custom_id": "buy"}
    results = await asyncio.gather(town.act("button", **target), town.act("button", as_user=lara, **target))
    assert [status for status, _ in results] == [200, 200]
    assert {entry["member"]["user"]["id"] for entry in shop.got} == {town.buyer, lara}
    told = {m["content"]: m["interaction_metadata"]["user"]["id"] for m in (await town.look())[1:]}
    assert set(told.values()) == {town.buyer, lara}
    public = (await town.look())[1]
    assert (public["type"], public["webhook_id"], public["application_id"]) == (19, town.bot, town.bot)
    assert public["message_reference"]["message_id"] == message["id"]
    # A public reply is an ordinary message afterwards: the bot edits it without the click's token.
    await town.make("/clock", offset_seconds=3600)
    await town.ok("PATCH", f"/channels/{town.channel}/messages/{public['id']}", {"content": "depois"})


async def test_menus_of_people_roles_and_channels(town: Town, shop: Shop) -> None:
    kinds = {5: town.buyer, 6: town.guild, 7: town.buyer, 8: town.channel}
    rows = [row({"type": kind, "custom_id": f"menu-{kind}", "min_values": 0}) for kind in kinds]
    message = await town.say(content="Escolha", components=rows)
    for kind, choice in kinds.items():
        target = {"channel_id": town.channel, "message_id": message["id"], "custom_id": f"menu-{kind}"}
        assert (await town.act("select", **target, values=["123456789012345678"]))[0] == 400
        shop.plan = [{"type": 6}]
        status, got = await town.act("select", **target, values=[choice])
        assert (status, got["outcome"]) == (200, "deferred_update")
        data = shop.got[-1]["data"]
        name = {5: "users", 6: "roles", 7: "users", 8: "channels"}[kind]
        assert (data["values"], list(data["resolved"][name])) == ([choice], [choice])


async def test_modals_are_checked_before_they_open(town: Town, shop: Shop) -> None:
    message = await town.say(**card(button("form")))
    good = {"type": 18, "label": "Nome", "component": {"type": 4, "custom_id": "n", "style": 1}}
    bad: list[Json] = [
        {"custom_id": "m", "title": "x" * 46, "components": [good]},
        {"custom_id": "m", "title": "T", "components": []},
        {"custom_id": "m", "title": "T", "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "b"}]},
        {"custom_id": "m", "title": "T", "components": [good, good]},
        {"custom_id": "m", "title": "T", "components": [{"type": 18, "label": "x"}]},
    ]
    for data in bad:
        shop.plan = [{"type": 9, "data": data}]
        got = await town.press(message, "form")
        assert got["outcome"] == "failed"
        assert got["reason"].startswith("50035")
    radio = {"type": 21, "custom_id": "r", "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]}
    boxes = {**radio, "type": 22, "custom_id": "c", "max_values": 2}
    menu = {**radio, "type": 3, "custom_id": "s"}
    parts = [{"type": 18, "label": "L", "component": part} for part in (radio, boxes, menu)]
    text = {"type": 10, "content": "Leia"}
    old = row({"type": 4, "custom_id": "o", "style": 2, "label": "Antigo", "required": False})
    shop.plan = [{"type": 9, "data": {"custom_id": "m", "title": "T", "components": [text, *parts, old]}}, {"type": 6}]
    modal_id = (await town.press(message, "form"))["modal"]["modal_id"]
    assert (await town.act("modal", modal_id=modal_id, values={"r": "z", "c": ["a"], "s": ["a"]}))[0] == 400
    values = {"r": "b", "c": ["a", "b"], "s": "a"}
    assert (await town.act("modal", modal_id=modal_id, values=values))[1]["outcome"] == "deferred_update"
    sent = shop.got[-1]["data"]["components"]
    assert [part["component"].get("values", part["component"].get("value")) for part in sent[1:4]] == ["b", ["a", "b"], ["a"]]
    assert (sent[0]["type"], sent[4]["components"][0]["value"]) == (10, "")
