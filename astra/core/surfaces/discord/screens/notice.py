"""A few words, only for the person who pressed."""

from astra.core.surfaces.discord.screens.parts import BAD, QUIET, Screen, screen, text


def notice(words: str) -> Screen:
    """Something to know; nothing went wrong."""
    return screen("notice", QUIET, text(words))


def problem(words: str) -> Screen:
    """What happened, what was not lost, what to do."""
    return screen("problem", BAD, text(words))
