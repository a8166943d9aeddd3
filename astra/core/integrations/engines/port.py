"""What the supervisor asks of whatever runs bots: a process on this machine, a container, or nothing at all."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret


@dataclass(frozen=True, slots=True)
class StartOrder:
    """Everything a new copy is given. The ticket goes by a private way (stdin), never by arguments or environment.

    ``release`` names the version of the bot that is wanted ("" is the one at hand). ``alone`` asks for a process that no other
    copy shares: somebody in a shared one ended it, and this may be who.
    """

    instance_id: uuid.UUID
    generation: int
    ticket: Secret
    core_url: str
    release: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class CopySeen:
    """The copy of an instance as the engine sees it. ``generation`` 0 and no ``reason`` when there is none."""

    state: Literal["absent", "running", "ended"]
    generation: int = 0
    reason: str = ""


ABSENT = CopySeen("absent")


class CannotStart(Failure):
    """The engine could not start a copy: nothing runs. ``reason`` is a word of the instance's reasons."""

    label = "engine_cannot_start"
    permanent = False

    def __init__(self, reason: str) -> None:
        super().__init__(None, reason=reason)
        self.reason = reason


class EngineAway(Failure):
    """What runs the copies cannot be asked now (its daemon or API is away). It proves nothing about any copy: they may well run."""

    label = "engine_away"


class Engine(Protocol):
    """Runs at most one copy per instance. Every call returns at once and may be repeated: the supervisor can die between any two.

    The engine itself keeps what must be known of a copy (a file, labels of a container, a deployment): whoever asks, the
    program that started it or the next one, gets the same answer. What a half-started copy looks like:

    ==============================================  ==================================================================
    what happened                                   what is answered from then on
    ==============================================  ==================================================================
    the supervisor died before ``start``            ``look``: absent
    made, but never started                         ``look``: ended, ``process_not_started``; ``start`` forgets it first
    started, the ticket was never handed over       the bot reads the end of its stdin and ends: ended, ``process_ended``
    started, the ticket was not taken by the core   the bot ends by itself: ended, ``ticket_refused`` or ``core_unreachable``
    started, hangs before its first word            running; the start's deadline ends it (``stop``)
    the engine or the machine was restarted         ended, ``process_killed`` (``process_ended`` where nobody saw the end)
    the copy was taken away by hand                 absent
    ended by the system for its memory              ended, ``oom`` where the engine can tell, else ``process_killed``
    the image is not there                          ``start`` raises CannotStart, ``image_missing``
    the engine cannot be asked                      ``start`` raises CannotStart, ``engine_unreachable``; the rest EngineAway
    ==============================================  ==================================================================
    """

    name: str
    has_processes: bool

    def start(self, order: StartOrder) -> None:
        """Starts a copy. An ended one is forgotten first. Raises CannotStart, also when a copy still runs."""

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """What is there now. An ended copy stays visible, with the reason of its end, until it is forgotten."""

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """What ``look`` says of every instance in ``known``, at the price of few questions: it is asked every second."""

    def stop(self, instance_id: uuid.UUID) -> bool:
        """Asks the copy to end, or makes it end when it was asked long enough ago. Whether it is gone."""

    def forget(self, instance_id: uuid.UUID) -> None:
        """Drops what is remembered of an ended copy. Does nothing while it runs."""

    def known(self) -> Iterator[uuid.UUID]:
        """The instances of which a copy runs or is remembered."""

    def end_strays(self) -> int:
        """Ends copies of this installation of which nothing is remembered; how many were found."""

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """The end of the copy's log, for the operator."""
