"""What a test needs of an engine besides its port: one class per engine, and the contract suite runs against it."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.engines.port import Engine, StartOrder

TICKET = "ticket-canary-0123456789"


class EngineInTest(Protocol):
    """One engine with nothing running, in an installation of its own. ``close`` ends whatever a test left behind."""

    name: str
    has_processes: bool
    # How long ``stop`` may take to kill a copy that does not listen, as the test set it.
    patience_seconds: float

    def supervisor(self, behaviour: str = "sleeps") -> Engine:
        """The adapter as a supervisor that was just started makes it; copies it starts behave so (``stand_in.program``)."""

    def elsewhere(self) -> Engine:
        """The same engine as another installation of this machine has it."""

    def kill(self, instance_id: uuid.UUID) -> None:
        """Kills the running copy as the system would: SIGKILL, nobody asked."""

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """Python source that starts a sleeping copy of generation 7, prints "started" and kills itself; "" for an engine without processes."""

    def close(self) -> None:
        """Ends every copy."""


def order(instance_id: uuid.UUID | None = None, generation: int = 1) -> StartOrder:
    """An order with the canary ticket and a core that is not there."""
    return StartOrder(instance_id or uuid.uuid4(), generation, Secret(TICKET), "http://127.0.0.1:1")


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Waits for a condition. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def given(runner: Engine, instance_id: uuid.UUID) -> dict[str, Any]:
    """What a stand-in says that it was given."""
    until(lambda: any(line.startswith("given ") for line in runner.log_tail(instance_id)))
    found: dict[str, Any] = json.loads(next(line for line in runner.log_tail(instance_id) if line.startswith("given "))[6:])
    return found
