"""Application commands: their form, who sees them, and a use of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from astra.sandbox.discord import portraits
from astra.sandbox.discord.forms.fields import Fields, Path
from astra.sandbox.discord.ids import Snowflakes
from astra.sandbox.discord.permissions import ALL, USE_COMMANDS
from astra.sandbox.discord.refusal import Json, Problems, bad_field
from astra.sandbox.discord.rows import Application, Channel

if TYPE_CHECKING:
    from astra.sandbox.discord.world import World

NAME = re.compile(r"^[-_'\w]{1,32}$", re.UNICODE)
SUB_COMMAND, SUB_GROUP, STRING, INTEGER, BOOLEAN, NUMBER = 1, 2, 3, 4, 5, 10
USER, CHANNEL, ROLE, MENTIONABLE = 6, 7, 8, 9
ON_USER, ON_MESSAGE = 2, 3


def check_command(ids: Snowflakes, application_id: str, guild_id: str | None, data: Any, path: Path = ()) -> Json:
    """A command as it is stored and shown. Raises Refusal 50035."""
    problems = Problems()
    fields = Fields(problems, data if isinstance(data, dict) else {}, path)
    kind = fields.integer("type", 1, 4, default=1) or 1
    name = fields.text("name", 32, least=1, required=True) or ""
    if kind == 1 and name and (not NAME.match(name) or name != name.lower()):
        fields.wrong("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    description = fields.text("description", 100, least=1, required=kind == 1) or ""
    options = _options(fields)
    contexts = _numbers(fields, "contexts", 2)
    places = _numbers(fields, "integration_types", 1)
    problems.raise_if_any()
    needed = data.get("default_member_permissions")
    shown: Json = {
        "id": ids.new(),
        "application_id": application_id,
        "version": ids.new(),
        "type": kind,
        "name": name,
        "name_localizations": data.get("name_localizations"),
        "description": description,
        "description_localizations": data.get("description_localizations"),
        "default_member_permissions": None if needed is None else str(needed),
        "dm_permission": data.get("dm_permission", True),
        "contexts": contexts,
        "integration_types": places or [0],
        "nsfw": bool(data.get("nsfw")),
    }
    if options:
        shown["options"] = options
    return shown if guild_id is None else {**shown, "guild_id": guild_id}


def _numbers(fields: Fields, name: str, most: int) -> list[int] | None:
    value = fields.data.get(name)
    if value is None:
        return None
    if isinstance(value, list) and all(type(entry) is int and 0 <= entry <= most for entry in value):
        return value
    fields.wrong(name, "BASE_TYPE_CHOICES", f"A list of numbers from 0 to {most}.")
    return None


def _options(fields: Fields) -> list[Json]:
    found: list[Json] = []
    for path, data in fields.objects("options", 25):
        option = Fields(fields.problems, data, path)
        if data.get("required") is True and any(not before.get("required") for before in found):
            message = "Required options must be placed before non-required options"
            fields.problems.add(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        if data.get("name") in [before["name"] for before in found]:
            option.wrong("name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        kind = option.integer("type", 1, 11)
        if kind is None:
            option.required("type")
        name = option.text("name", 32, least=1, required=True) or ""
        if name and (not NAME.match(name) or name != name.lower()):
            option.wrong("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        option.text("description", 100, least=1, required=True)
        shown = {**data, "required": option.boolean("required"), "options": _options(option)}
        shown["choices"] = [entry for _, entry in option.objects("choices", 25)]
        for place, entry in option.objects("choices", 25):
            choice = Fields(fields.problems, entry, place)
            choice.text("name", 100, least=1, required=True)
            if not isinstance(entry.get("value"), (str, int, float)):
                choice.required("value")
        found.append({key: value for key, value in shown.items() if value not in ([], None)})
    return found


def store_command(application: Application, command: Json) -> tuple[Json, bool]:
    """Adds a command, or changes the one of that name; the stored one, and whether it is new."""
    for old in application.commands:
        if _key(old) == _key(command):
            command["id"] = old["id"]
            application.commands[application.commands.index(old)] = command
            return command, False
    application.commands.append(command)
    return command, True


def replace_commands(application: Application, guild_id: str | None, commands: list[Json]) -> list[Json]:
    """Puts `commands` in place of all global ones, or of all in one guild. Those of the same name keep their ids."""
    old = {_key(row): row["id"] for row in application.commands}
    for command in commands:
        command["id"] = old.get(_key(command), command["id"])
    application.commands = [row for row in application.commands if row.get("guild_id") != guild_id] + commands
    return commands


def visible_commands(world: World, user_id: str, channel: Channel, kinds: tuple[int, ...] = (1,)) -> list[tuple[Application, Json]]:
    """What somebody can use in `channel`: commands of the bots there, those of the guild first. Kind 2 is of users, 3 of messages."""
    guild = world.guild_of(channel)
    bits = world.bits(user_id, channel)
    there = channel.recipients if guild is None else list(guild.members)
    found = [
        (application, command)
        for application in (world.state.applications[key] for key in there if key in world.state.applications)
        for command in application.commands
        if command["type"] in kinds and (_offered_in_direct(command) if guild is None else _offered_in(command, guild.id, bits))
    ]
    return sorted(found, key=lambda pair: pair[1].get("guild_id") is None)


def _offered_in_direct(command: Json) -> bool:
    return command.get("guild_id") is None and command["dm_permission"] is not False and 1 in (command["contexts"] or [0, 1])


def _offered_in(command: Json, guild_id: str, bits: int) -> bool:
    """Whether somebody with `bits` sees a command in a server. A command for those with no permission is for administrators."""
    if command.get("guild_id") not in (None, guild_id) or 0 not in (command["contexts"] or [0]) or not bits & USE_COMMANDS:
        return False
    needed = command["default_member_permissions"]
    return needed is None or bits == ALL or (int(needed) != 0 and bits & int(needed) == int(needed))


def command_data(command: Json, path: list[str], values: Json, *, focused: str | None = None) -> Json:
    """The `data` of an interaction that uses `command` with subcommands `path`. Raises Refusal 50035.

    `focused`: the option that is being typed; nothing is required then, and its value may be anything.
    """
    problems = Problems()
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    here, level = data, command
    for name in path:
        inner = [o for o in level.get("options", []) if o["name"] == name and o["type"] in (SUB_COMMAND, SUB_GROUP)]
        if not inner:
            problems.add(("name",), "NOT_POSSIBLE", f"The command has no part {name!r}.")
            break
        level = inner[0]
        entry: Json = {"name": name, "type": level["type"], "options": []}
        here["options"] = [entry]
        here = entry
    known = {o["name"]: o for o in level.get("options", []) if o["type"] not in (SUB_COMMAND, SUB_GROUP)}
    given = []
    for name, value in values.items():
        if name not in known:
            problems.add(("options", name), "NOT_POSSIBLE", "The command has no such option.")
        elif name == focused:
            given.append({"name": name, "type": known[name]["type"], "value": value, "focused": True})
        elif not _fits(known[name], value):
            problems.add(("options", name), "NOT_POSSIBLE", "A value that this option does not take.")
        else:
            given.append({"name": name, "type": known[name]["type"], "value": value})
    for name, option in known.items():
        if option.get("required") and name not in values and focused is None:
            problems.add(("options", name), "BASE_TYPE_REQUIRED", "This field is required")
    problems.raise_if_any()
    if given or path:
        here["options"] = given
    return data


def _fits(option: Json, value: Any) -> bool:
    kinds: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}
    wanted = kinds.get(option["type"], (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted != (bool,)):
        return False
    offered = option.get("choices")
    return not offered or value in [entry["value"] for entry in offered]


def resolved(world: World, channel: Channel, options: list[Json]) -> Json:
    """What the ids among `options` stand for. Raises Refusal 50035 for one that stands for nothing there."""
    found: Json = {}
    guild = world.guild_of(channel)
    for option in options:
        kind, value = option["type"], option.get("value")
        if "options" in option:
            for name, rows in resolved(world, channel, option["options"]).items():
                found.setdefault(name, {}).update(rows)
        elif kind in (USER, MENTIONABLE) and value in world.state.users:
            found.setdefault("users", {})[value] = portraits.user(world.state.users[value])
            if guild is not None and value in guild.members:
                found.setdefault("members", {})[value] = portraits.bare_member(guild.members[value])
        elif kind in (ROLE, MENTIONABLE) and guild is not None and value in guild.roles:
            found.setdefault("roles", {})[value] = portraits.role(guild.roles[value])
        elif kind == CHANNEL and value in world.state.channels and world.state.channels[value].guild_id == channel.guild_id:
            found.setdefault("channels", {})[value] = portraits.channel(world.state, world.state.channels[value])
        elif kind in (USER, CHANNEL, ROLE, MENTIONABLE):
            raise bad_field("options", "NOT_POSSIBLE", f"{option['name']}: there is no such choice.")
    return found


def _key(command: Json) -> tuple[str | None, int, str]:
    return command.get("guild_id"), command["type"], command["name"]
