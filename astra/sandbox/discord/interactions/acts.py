"""What a person does: presses, chooses, submits, commands. Refused where a client would not let him."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.forms.components import walk
from astra.sandbox.discord.forms.modal import filled
from astra.sandbox.discord.forms.pieces import SELECTS
from astra.sandbox.discord.refusal import Json, Refusal, bad_field, refuse
from astra.sandbox.discord.rows import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Application, Channel, Interaction, Message

from .commands import ON_MESSAGE, ON_USER, command_data, resolved, visible_commands
from .resolved import resolve, resolve_modal, take_files

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World

# As Discord words it: under a component, in a form, and after a command.
WORDS = {
    COMPONENT: {"pt-BR": "Esta interação falhou.", "en": "This interaction failed."},
    MODAL: {"pt-BR": "Algo deu errado. Tente de novo.", "en": "Something went wrong. Try again."},
    COMMAND: {"pt-BR": "O aplicativo não respondeu.", "en": "The application did not respond."},
}


async def act(world: World, user_id: str, body: Json) -> Json:
    """One interaction of `user_id`, as the person API takes it; returns what became of it.

    Raises Refusal 50035 for what cannot be pressed or sent, 10003, 10008, 50001 for what he does not see.
    """
    kind = body.get("kind")
    if kind in ("button", "select"):
        row, channel, data, source = _component(world, user_id, body, is_button=kind == "button")
    elif kind == "modal":
        return await _submit(world, user_id, body)
    elif kind in ("command", "autocomplete"):
        row, channel, data = _command(world, user_id, body, typing=kind == "autocomplete")
        source = None
    elif kind in ("user_command", "message_command"):
        row, channel, data = _on_target(world, user_id, body, on_message=kind == "message_command")
        source = None
    else:
        raise wrong("kind", "One of button, select, modal, command, autocomplete, user_command, message_command.")
    return await _ask(world, row, channel, data, source)


def shown(world: World, row: Interaction) -> Json:
    """An interaction as its person sees it."""
    reply: Json = {"interaction_id": row.id, "state": row.state, "outcome": row.outcome or row.state}
    if row.response_message_id is not None:
        message = world.state.messages.get(row.channel_id, {}).get(row.response_message_id)
        if message is not None:
            reply["message"] = portraits.message(world.state, message)
    if row.outcome == "modal" and row.modal is not None:
        reply["modal"] = {"modal_id": row.modal_id, "custom_id": row.modal["custom_id"], "title": row.modal["title"]}
        reply["modal"]["components"] = row.modal["components"]
    if row.outcome == "choices" and row.choices is not None:
        reply["choices"] = row.choices
    if row.state == "failed":
        locale = world.state.users[row.user_id].locale
        words = WORDS.get(row.type, WORDS[COMMAND])
        reply["error"] = words.get(locale, words["en"])
        reply["reason"] = world.desk.reasons.get(row.id, "")
    return reply


async def _ask(world: World, row: Interaction, channel: Channel, data: Json, source: Message | None) -> Json:
    began = time.monotonic()
    await world.desk.ask(row, channel, data, source)
    return {**shown(world, row), "ms": round((time.monotonic() - began) * 1000, 1)}


def _component(world: World, user_id: str, body: Json, *, is_button: bool) -> tuple[Interaction, Channel, Json, Message]:
    channel = world.channel_for(user_id, str(body.get("channel_id")))
    source = messages.find(world, channel.id, str(body.get("message_id")), reader_id=user_id)
    custom_id = body.get("custom_id")
    found = [c for c in walk(source.components) if c.get("custom_id") == custom_id and custom_id is not None]
    if not found or (found[0]["type"] == 2) is not is_button:
        raise wrong("custom_id", "The message has no such component.")
    piece = found[0]
    if piece.get("disabled"):
        raise wrong("custom_id", "The component is disabled.")
    data: Json = {"component_type": piece["type"], "custom_id": custom_id, "id": piece["id"]}
    if piece["type"] in SELECTS:
        data |= _chosen(world, channel, piece, body.get("values"))
    application = _application(world, source.application_id or source.author_id)
    metadata: Json = {"interacted_message_id": source.id}
    row = world.desk.open(application, user_id, channel, COMPONENT, source=source, metadata=metadata)
    return row, channel, data, source


def _chosen(world: World, channel: Channel, piece: Json, values: Any) -> Json:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise wrong("values", "A list of texts.")
    if not piece["min_values"] <= len(set(values)) == len(values) <= piece["max_values"]:
        raise wrong("values", f"Between {piece['min_values']} and {piece['max_values']} different ones.")
    if piece["type"] == 3:
        if set(values) - {option["value"] for option in piece["options"]}:
            raise wrong("values", "This is not one of the options.")
        return {"values": values}
    resolved: Json = {}
    resolve(world, channel, piece["type"], values, resolved)
    return {"values": values, "resolved": resolved}


async def _submit(world: World, user_id: str, body: Json) -> Json:
    modal_id = str(body.get("modal_id"))
    parent = world.desk.modals.get(modal_id)
    if parent is None or parent.user_id != user_id or parent.modal is None:
        raise wrong("modal_id", "No open modal: it was sent already, or never shown to this person.")
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise wrong("values", "An object of values by custom_id.")
    channel = world.channel_for(user_id, parent.channel_id)
    components = filled(parent.modal, take_files(world, channel, parent.modal, values))
    resolved = resolve_modal(world, channel, parent.modal, components)
    source = None
    if parent.source_message_id is not None:
        source = world.state.messages.get(channel.id, {}).get(parent.source_message_id)
    del world.desk.modals[modal_id]
    row = world.desk.open(
        _application(world, parent.application_id),
        user_id,
        channel,
        MODAL,
        source=source,
        metadata={"triggering_interaction_metadata": parent.metadata},
    )
    data: Json = {"custom_id": parent.modal["custom_id"], "components": components, "resolved": resolved}
    reply = await _ask(world, row, channel, data, source)
    if row.state == "failed":  # the form stays on the screen, as filled in, and may be sent again
        world.desk.modals[modal_id] = parent
    return reply


def _command(world: World, user_id: str, body: Json, *, typing: bool) -> tuple[Interaction, Channel, Json]:
    channel = world.channel_for(user_id, str(body.get("channel_id")))
    path = str(body.get("name", "")).lstrip("/").split()
    wanted = body.get("application_id")
    known = [
        (application, command)
        for application, command in visible_commands(world, user_id, channel)
        if path and command["name"] == path[0] and wanted in (None, application.id)
    ]
    if not known:
        raise wrong("name", "There is no such command here.")
    application, command = known[0]
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise wrong("options", "An object of values by name.")
    focused = str(body.get("focused")) if typing else None
    data = command_data(command, path[1:], options, focused=focused)
    if typing and not _completes(data.get("options", [])):
        raise wrong("focused", "No option of this name is being typed.")
    if found := resolved(world, channel, data.get("options", [])):
        data["resolved"] = found
    metadata: Json = {"name": command["name"], "command_type": command["type"]}
    kind = AUTOCOMPLETE if typing else COMMAND
    return world.desk.open(application, user_id, channel, kind, metadata=metadata), channel, data


def _completes(options: list[Json]) -> bool:
    return any(option.get("focused") or _completes(option.get("options", [])) for option in options)


def _on_target(world: World, user_id: str, body: Json, *, on_message: bool) -> tuple[Interaction, Channel, Json]:
    """A command out of the menu of a message or a person."""
    channel = world.channel_for(user_id, str(body.get("channel_id")))
    target = str(body.get("target_id"))
    kind = ON_MESSAGE if on_message else ON_USER
    wanted = body.get("application_id")
    rows = visible_commands(world, user_id, channel, (kind,))
    known = [(row, command) for row, command in rows if command["name"] == body.get("name") and wanted in (None, row.id)]
    if not known:
        raise wrong("name", "There is no such command here.")
    application, command = known[0]
    data: Json = {"id": command["id"], "name": command["name"], "type": kind, "target_id": target}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if on_message:
        message = messages.find(world, channel.id, target, reader_id=user_id)
        data["resolved"] = {"messages": {target: portraits.message(world.state, message, world.base_url)}}
    else:
        world.user(target)
        data["resolved"] = resolved(world, channel, [{"type": 6, "name": "target", "value": target}])
    metadata: Json = {"name": command["name"], "command_type": kind}
    return world.desk.open(application, user_id, channel, COMMAND, metadata=metadata), channel, data


def _application(world: World, application_id: str) -> Application:
    application = world.state.applications.get(application_id)
    if application is None:
        raise refuse(10002)
    return application


def wrong(name: str, message: str) -> Refusal:
    """50035 for one field of the person API."""
    return bad_field(name, "NOT_POSSIBLE", message)
