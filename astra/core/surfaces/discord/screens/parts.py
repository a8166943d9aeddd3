"""The few pieces every screen is made of, on discord.py's builders."""

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from astra.core.integrations.discord.rest import File
from astra.core.journey.instances.actions.set_accent import USUAL_ACCENT
from astra.core.surfaces.discord.words import cut

IS_COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6
NO_MENTIONS: dict[str, Any] = {"parse": []}

ACCENT, OK, WARN, BAD, QUIET = USUAL_ACCENT, 0x1D7239, 0x8F4C00, 0xB3261E, 0x52605F
_accent: ContextVar[int] = ContextVar("astra_accent", default=ACCENT)
BUY = discord.ButtonStyle.success
OPEN = discord.ButtonStyle.primary
REST = discord.ButtonStyle.secondary
DANGER = discord.ButtonStyle.danger


@dataclass(frozen=True, slots=True)
class Screen:
    """A message that is ready to go: components and the files they name. ``name`` tells screens of one message apart."""

    name: str
    components: tuple[dict[str, Any], ...]
    files: tuple[File, ...] = ()


@contextlib.contextmanager
def in_colour(accent: int | None) -> Iterator[None]:
    """Draws in a shop's own colour (0xRRGGBB; None: the usual one) what is neither good nor bad news: those keep theirs."""
    token = _accent.set(ACCENT if accent is None else accent)
    try:
        yield
    finally:
        _accent.reset(token)


def screen(name: str, tone: int, *items: "ui.Item[Any] | None", files: Sequence[File] = ()) -> Screen:
    """One container with an edge of a tone; items that are None are left out."""
    colour = _accent.get() if tone == ACCENT else tone
    container: ui.Container[Any] = ui.Container(*[item for item in items if item is not None], accent_colour=colour)
    return Screen(name, (container.to_component_dict(),), tuple(files))


def text(*lines: str | None) -> "ui.TextDisplay[Any]":
    """Lines of markdown; None and empty ones are left out."""
    return ui.TextDisplay(cut("\n".join(line for line in lines if line), 3_500))


def quiet(line: str) -> str:
    """A line of subtext."""
    return f"-# {line}"


def rule() -> "ui.Separator[Any]":
    """A thin line."""
    return ui.Separator()


def picture(address: str, description: str) -> "ui.MediaGallery[Any]":
    """One picture, with words for those who cannot see it."""
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media=address, description=cut(description, 250))
    return gallery


def attachment(name: str) -> "ui.File[Any]":
    """A file of this message."""
    return ui.File(f"attachment://{name}")


def button(label: str, custom_id: str, style: discord.ButtonStyle = REST, *, disabled: bool = False) -> "ui.Button[Any]":
    """A button that names its result."""
    return ui.Button(label=cut(label, 80), custom_id=custom_id, style=style, disabled=disabled)


def row(*items: "ui.Item[Any] | None") -> "ui.ActionRow[Any] | None":
    """A row of buttons or one menu; nothing when it would be empty."""
    present = [item for item in items if item is not None]
    return ui.ActionRow(*present) if present else None


def option(label: str, value: str, description: str = "", *, chosen: bool = False) -> discord.SelectOption:
    """One entry of a menu (no markdown here: it shows text as typed)."""
    return discord.SelectOption(label=cut(label, 100), value=value, description=cut(description, 100) or None, default=chosen)


def menu(custom_id: str, placeholder: str, options: Sequence[discord.SelectOption]) -> "ui.ActionRow[Any]":
    """A menu of up to 25 entries, one of which is chosen."""
    return ui.ActionRow(ui.Select(custom_id=custom_id, placeholder=cut(placeholder, 150), options=list(options[:25])))


def body(shown: Screen, *, ephemeral: bool) -> dict[str, Any]:
    """The JSON of a message or of an edit: its attachments are exactly this screen's files."""
    return {
        "flags": IS_COMPONENTS_V2 | (EPHEMERAL if ephemeral else 0),
        "components": list(shown.components),
        "allowed_mentions": NO_MENTIONS,
        "attachments": [{"id": str(at), "filename": file.name} for at, file in enumerate(shown.files)],
    }
