"""The first answer to a press, as Discord wants it."""

from typing import Any

from astra.core.surfaces.discord.screens.parts import EPHEMERAL, Screen, body

Reply = dict[str, Any]

PONG: Reply = {"type": 1}


def new_message(screen: Screen) -> Reply:
    """A new message that only this person sees. Its files, if any, come later by a job: an answer is JSON."""
    return {"type": 4, "data": _without_files(screen, ephemeral=True)}


def changed_message(screen: Screen) -> Reply:
    """The message that was pressed becomes this screen."""
    return {"type": 7, "data": _without_files(screen, ephemeral=False)}


def later_in_new_message() -> Reply:
    """A new ephemeral message that a job fills."""
    return {"type": 5, "data": {"flags": EPHEMERAL}}


def later_in_this_message() -> Reply:
    """Nothing changes now; a job changes the message that was pressed."""
    return {"type": 6}


def form(modal: dict[str, Any]) -> Reply:
    """A form opens."""
    return {"type": 9, "data": modal}


def _without_files(screen: Screen, *, ephemeral: bool) -> Reply:
    if screen.files:
        raise ValueError(f"{screen.name} has files: it is sent by a job, not in an answer.")
    return body(screen, ephemeral=ephemeral)
