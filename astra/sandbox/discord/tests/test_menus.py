"""Commands out of menus, completion while one types, and files in forms."""

from __future__ import annotations

import base64

from .town import Json, Shop, Town

REPLY: Json = {"type": 4, "data": {"content": "ok"}}


async def test_commands_on_a_message_and_on_a_person(town: Town, shop: Shop) -> None:
    commands = [{"type": 2, "name": "Ver compras"}, {"type": 3, "name": "Traduzir"}, {"name": "loja", "description": "Abre"}]
    await town.ok("PUT", f"/applications/{town.bot}/commands", commands)
    message = await town.say(content="hello")
    here = f"/_sandbox/as/{town.buyer}/channels/{town.channel}/commands"
    assert [row["name"] for row in (await town.send("GET", here))[1]] == ["loja"]
    assert {row["name"] for row in (await town.send("GET", here + "?types=2,3"))[1]} == {"Ver compras", "Traduzir"}
    shop.plan += [REPLY, REPLY]
    status, _ = await town.act("message_command", channel_id=town.channel, name="Traduzir", target_id=message["id"])
    assert status == 200
    data = shop.got[-1]["data"]
    assert (data["type"], data["resolved"]["messages"][data["target_id"]]["content"]) == (3, "hello")
    status, _ = await town.act("user_command", channel_id=town.channel, name="Ver compras", target_id=town.buyer)
    assert status == 200
    data = shop.got[-1]["data"]
    assert (data["type"], list(data["resolved"]["users"]), list(data["resolved"]["members"])) == (2, [town.buyer], [town.buyer])
    assert (await town.act("user_command", channel_id=town.channel, name="Traduzir", target_id=town.buyer))[0] == 400


async def test_completion_while_one_types(town: Town, shop: Shop) -> None:
    option = {"type": 3, "name": "jogo", "description": "Qual", "required": True, "autocomplete": True}
    who = {"type": 6, "name": "para", "description": "Quem"}
    await town.ok("PUT", f"/applications/{town.bot}/commands", [{"name": "comprar", "description": "Compra", "options": [option, who]}])
    choices = [{"name": "Sertão 2084", "value": "sertao"}]
    shop.plan += [{"type": 8, "data": {"choices": choices}}, {"type": 4, "data": {"content": "não se pode"}}, REPLY]
    body: Json = {"channel_id": town.channel, "name": "comprar", "options": {"jogo": "Ser"}, "focused": "jogo"}
    status, answer = await town.act("autocomplete", **body)
    assert (status, answer["choices"]) == (200, choices)
    assert (shop.got[-1]["type"], shop.got[-1]["data"]["options"][0]["focused"]) == (4, True)
    assert (await town.act("autocomplete", **body))[1]["state"] == "failed"  # a message is no completion
    assert (await town.act("autocomplete", **{**body, "focused": "other"}))[0] == 400
    status, _ = await town.act("command", channel_id=town.channel, name="comprar", options={"jogo": "sertao", "para": town.buyer})
    assert status == 200
    assert shop.got[-1]["data"]["resolved"]["users"][town.buyer]["username"] == "bia"


async def test_a_file_in_a_form(town: Town, shop: Shop) -> None:
    await town.ok("PUT", f"/applications/{town.bot}/commands", [{"name": "trocar", "description": "Troca"}])
    upload = {"type": 19, "custom_id": "foto", "min_values": 1, "max_values": 2}
    form = {"custom_id": "f", "title": "Troca", "components": [{"type": 18, "label": "Foto", "component": upload}]}
    shop.plan += [{"type": 9, "data": form}, REPLY, REPLY]
    _, opened = await town.act("command", channel_id=town.channel, name="trocar")
    picture = {"filename": "nota fiscal.png", "content_type": "image/png", "data": base64.b64encode(b"png").decode()}
    name = opened["modal"]["modal_id"]
    assert (await town.act("modal", modal_id=name, values={"foto": [{**picture, "data": "%"}]}))[0] == 400
    status, _ = await town.act("modal", modal_id=name, values={"foto": [picture]})
    assert status == 200
    data = shop.got[-1]["data"]
    (file,) = data["components"][0]["component"]["values"]
    shown = data["resolved"]["attachments"][file]
    assert (shown["filename"], shown["size"]) == ("nota fiscal.png", 3)
    async with town.client.get(shown["url"].removeprefix(town.world.base_url)) as answer:
        assert await answer.read() == b"png"


async def test_a_command_is_offered_to_those_who_may_use_it_where_it_belongs(town: Town) -> None:
    owner = town.world.guild(town.guild).owner_id
    commands = [
        {"name": "loja", "description": "x"},
        {"name": "admin", "description": "x", "default_member_permissions": "32"},
        {"name": "chefe", "description": "x", "default_member_permissions": "0"},
        {"name": "conversa", "description": "x", "contexts": [1]},
    ]
    await town.ok("PUT", f"/applications/{town.bot}/commands", commands)

    async def offered(user: str, channel: str) -> list[str]:
        return [row["name"] for row in (await town.send("GET", f"/_sandbox/as/{user}/channels/{channel}/commands"))[1]]

    assert await offered(town.buyer, town.channel) == ["loja"]
    assert await offered(owner, town.channel) == ["loja", "admin", "chefe"]
    assert (await town.act("command", channel_id=town.channel, name="admin"))[0] == 400
    guild = town.world.guild(town.guild)
    guild.roles[town.guild].permissions |= 32
    assert await offered(town.buyer, town.channel) == ["loja", "admin"]
    guild.roles[town.guild].permissions &= ~(1 << 31)
    assert await offered(town.buyer, town.channel) == []
    direct = await town.ok("POST", "/users/@me/channels", {"recipient_id": town.buyer})
    assert await offered(town.buyer, direct["id"]) == ["loja", "admin", "chefe", "conversa"]
