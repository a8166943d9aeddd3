"""Writes the page that says what of Discord's API is here: `python -m astra.sandbox.discord.coverage --write`.

Operations come from the description, routes from the application, what the tests have seen from `tests/answered.txt`, which
`--write` renews by running the sandbox's tests.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .app import make_app
from .forms.components import IN_CONTAINER, TOP_PLAIN, TOP_V2
from .forms.modal import IN_LABEL
from .forms.pieces import SELECTS
from .spec.description import Description, Operation
from .spec.locate import find_checker
from .world import World

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "reference" / "discord-coverage.md"
ANSWERED = HERE / "tests" / "answered.txt"
RECORD = "ASTRA_DISCORD_ANSWERED"
COMPONENTS = {
    1: "Action row", 2: "Button", 3: "String select", 4: "Text input", 5: "User select", 6: "Role select", 7: "Mentionable select",
    8: "Channel select", 9: "Section", 10: "Text display", 11: "Thumbnail", 12: "Media gallery", 13: "File", 14: "Separator",
    17: "Container", 18: "Label", 19: "File upload", 21: "Radio group", 22: "Checkbox group", 23: "Checkbox",
}  # fmt: skip
EVENTS = (
    "READY", "RESUMED", "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE",
    "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE", "GUILD_MEMBERS_CHUNK", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE",
    "GUILD_EMOJIS_UPDATE", "GUILD_STICKERS_UPDATE", "GUILD_INTEGRATIONS_UPDATE", "GUILD_AUDIT_LOG_ENTRY_CREATE",
    "GUILD_SCHEDULED_EVENT_CREATE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "CHANNEL_PINS_UPDATE", "THREAD_CREATE",
    "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC", "THREAD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE", "MESSAGE_CREATE",
    "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI", "MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE",
    "INTERACTION_CREATE", "INVITE_CREATE",
    "INVITE_DELETE", "WEBHOOKS_UPDATE", "TYPING_START", "PRESENCE_UPDATE", "USER_UPDATE", "VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE",
    "ENTITLEMENT_CREATE", "APPLICATION_COMMAND_PERMISSIONS_UPDATE", "AUTO_MODERATION_RULE_CREATE", "STAGE_INSTANCE_CREATE",
    "INTEGRATION_CREATE",
)  # fmt: skip


LEFT_OUT = (
    ("Voice, stages, soundboard", "no sound; a bot that joins a voice channel is answered 404"),
    ("Stickers of one's own, sticker packs", "lists are empty, `sticker_ids` in a message is refused with 50035"),
    (
        "Auto moderation, scheduled events, templates, onboarding, welcome screen, widget, discovery",
        "community tools, none of a shop's: the lists of the first three are empty, the rest is 404",
    ),
    ("The audit log, pruning of members", "reasons of bans are kept, `GET /guilds/{id}/audit-logs` is 404"),
    ("Monetization: SKUs, subscriptions, premium buttons", "Discord takes that money; the list of entitlements is empty"),
    ("System messages: pinned, thread begun, joined", "the deed is told by its event only"),
    ("Forwarded messages (`message_reference` of type 1)", "the description takes type 0 only"),
    (
        "Permissions of single commands by server, user-installed applications, activities, lobbies",
        "`default_member_permissions` and `contexts` hold; who else may use a command nobody can set here",
    ),
    ("Whether a person fits the records of a linked role", "records and connections are kept and told; no role asks for them"),
    (
        "Moving pictures and avatars: `PATCH /users/@me` `{avatar}`, icons of guilds and roles",
        "taken and forgotten; portraits are initials",
    ),
    ("Whether the emoji of a button or a reaction exists", "its form is checked, its id is not"),
    (
        "The message that tells a poll's result (type 46)",
        "a poll that ends is a MESSAGE_UPDATE; one that time ends is closed when it is read",
    ),
    ("Limits of attachments by boost, slow mode of people, verification levels", "10 MiB for each file, as in a server without boosts"),
    ("The gateway's `etf` encoding", "closed with 4002; `zlib-stream` and `zstd-stream` are there"),
)


def served(operations: Iterable[Operation]) -> set[str]:
    """The ids of the operations that a route of the application answers."""
    found: list[tuple[str, re.Pattern[str]]] = []
    for route in make_app(World(spec="off")).router.routes():
        info = route.resource.get_info() if route.resource is not None else {}
        pattern = info.get("pattern") or (re.compile(re.escape(info["path"])) if "path" in info else None)
        if pattern is not None:
            found.append((route.method, pattern))
    ids = set()
    for operation in operations:
        path = "/api/v10" + re.sub(r"\{\w+\}", "123456789012345678", operation.template)
        if any(method == operation.method and pattern.fullmatch(path) for method, pattern in found):
            ids.add(operation.id)
    return ids


def sent_events() -> set[str]:
    """The events that the code names outside of the table of intents."""
    files = [path for path in HERE.rglob("*.py") if not {"tests", "client", "spec"} & set(path.relative_to(HERE).parts)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files if path.name not in ("intents.py", "coverage.py"))
    return {event for event in EVENTS if f'"{event}"' in text}


def render(description: Description, answered: set[str]) -> str:
    """The page."""
    there = served(description.operations)
    lines = [
        "# What the offline Discord covers",
        "",
        "Generated by `python -m astra.sandbox.discord.coverage --write`; do not edit by hand.",
        "",
        f"Measured against `{description.source}` {description.version}: {len(description.operations)} operations,",
        f"**{len(there)} answered**, {len(answered & there)} of them with success in the sandbox's own tests,",
        "where every answer is checked against the description.",
        "An operation that is not here answers 404 with Discord's body. `POST /oauth2/token` and `/oauth2/token/revoke` are here too; the",
        "description does not name them.",
        "",
    ]
    groups: dict[str, list[Operation]] = {}
    for operation in description.operations:
        groups.setdefault(operation.template.split("/")[1], []).append(operation)
    for name, operations in sorted(groups.items()):
        count = sum(1 for operation in operations if operation.id in there)
        lines += [f"## /{name} ({count} of {len(operations)})", "", "| operation | here | tested |", "|---|---|---|"]
        for operation in sorted(operations, key=lambda one: (one.template, one.method)):
            here = "yes" if operation.id in there else "–"
            tested = "yes" if operation.id in answered & there else "–"
            lines.append(f"| `{operation.method} {operation.template}` | {here} | {tested} |")
        lines.append("")
    lines += ["## Components", "", "| kind | in messages | in modals |", "|---|---|---|"]
    in_messages = {*TOP_PLAIN, *TOP_V2, *IN_CONTAINER, *SELECTS, 2, 11}
    in_modals = {*IN_LABEL, 1, 10, 18}
    for kind, name in COMPONENTS.items():
        lines.append(f"| {kind} {name} | {'yes' if kind in in_messages else '–'} | {'yes' if kind in in_modals else '–'} |")
    sent = sent_events()
    lines += ["", "## Gateway events", "", "| event | sent |", "|---|---|"]
    lines += [f"| `{event}` | {'yes' if event in sent else '–'} |" for event in EVENTS]
    lines += ["", "## Not here, and why", "", "| what | why |", "|---|---|"]
    lines += [f"| {what} | {why} |" for what, why in LEFT_OUT]
    return "\n".join(lines) + "\n"


def read_answered() -> set[str]:
    """What the sandbox's tests have seen answered with success, as it was last recorded."""
    return set(ANSWERED.read_text(encoding="utf-8").split()) if ANSWERED.is_file() else set()


def main(argv: list[str]) -> int:
    """Prints the page, or writes it after a run of the tests. Returns 1 where there is no description or a test fails."""
    parser = argparse.ArgumentParser(prog="python -m astra.sandbox.discord.coverage", description=__doc__)
    parser.add_argument("--write", action="store_true", help="run the sandbox's tests and write the page")
    options = parser.parse_args(argv)
    checker = find_checker()
    if checker is None:
        print("Discord's description is not installed: run npm ci. Nothing was written.", file=sys.stderr)
        return 1
    if options.write:
        tests = [sys.executable, "-m", "pytest", "-q", "--ignore", f"{HERE}/tests/test_coverage.py", str(HERE / "tests")]
        if subprocess.run(tests, env={**os.environ, RECORD: str(ANSWERED)}, check=False).returncode != 0:
            print("The tests did not pass. The page was not written.", file=sys.stderr)
            return 1
    page = render(checker.description, read_answered())
    if options.write:
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(page, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
