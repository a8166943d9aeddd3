"""``none`` under test."""

import uuid

from astra.core.integrations.engines.none import NoEngine
from astra.core.integrations.engines.port import Engine


class NoneInTest:
    """There is nothing to play."""

    name = "none"
    has_processes = False
    patience_seconds = 0.0

    def supervisor(self, behaviour: str = "sleeps") -> Engine:
        """The adapter."""
        return NoEngine()

    def elsewhere(self) -> Engine:
        """The adapter."""
        return NoEngine()

    def kill(self, instance_id: uuid.UUID) -> None:
        """Nothing."""

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """None."""
        return ""

    def close(self) -> None:
        """Nothing."""
