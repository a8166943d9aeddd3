"""The engine that runs nothing: Discord sends the clicks to the core by HTTP."""

import uuid
from collections.abc import Iterator

from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, StartOrder


class NoEngine:
    """There is never a copy, and none can be started."""

    name = "none"
    has_processes = False

    def start(self, order: StartOrder) -> None:
        """Refuses: an instance of this engine has no process."""
        raise CannotStart("engine_has_no_process")

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """Nothing, always."""
        return ABSENT

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """Nothing, always."""
        return {}

    def stop(self, instance_id: uuid.UUID) -> bool:
        """There is nothing to stop."""
        return True

    def forget(self, instance_id: uuid.UUID) -> None:
        """There is nothing to forget."""

    def known(self) -> Iterator[uuid.UUID]:
        """None."""
        return iter(())

    def end_strays(self) -> int:
        """None."""
        return 0

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """There is no log."""
        return []
