"""News of instances."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class InstanceConfigured(Event):
    """The token is good and sealed, or what is wanted changed: Discord must be told where clicks go."""

    instance_id: uuid.UUID


@dataclass(frozen=True)
class InstanceOnline(Event):
    """The bot answers now."""

    instance_id: uuid.UUID


@dataclass(frozen=True)
class InstanceTroubled(Event):
    """The bot needs a person: ``reason`` is a word of ``reasons.py``."""

    instance_id: uuid.UUID
    reason: str


@dataclass(frozen=True)
class InstanceRecoloured(Event):
    """Its messages have another colour: those that stand are drawn anew."""

    instance_id: uuid.UUID


@dataclass(frozen=True)
class InstanceFound(Event):
    """The doctor found something new that keeps the shop from selling."""

    instance_id: uuid.UUID


@dataclass(frozen=True)
class InstanceShifted(Event):
    """Something changed in the bot's server, or a call there was refused: worth an examination."""

    instance_id: uuid.UUID
