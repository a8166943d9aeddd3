"""A start that may not be made now is put off: nothing ran, so nothing failed and nothing is counted."""

import datetime

from astra.core.foundation.audit import Actor
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant

# What Discord refused to the address is forgotten after ten minutes: half of that later it is looked at again.
PUT_OFF_SECONDS = 5 * 60


def postpone_start(instance: Instance, reason: str, *, actor: Actor) -> None:
    """Puts the next start off in the caller's transaction: no generation, no ticket, no failure. Raises ChangedMeanwhile."""
    until = real_instant() + datetime.timedelta(seconds=PUT_OFF_SECONDS)
    move(instance, "postponed", actor=actor, reason=reason, deadline_at=until)
