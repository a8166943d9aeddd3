"""A person wants the bot to run."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.events import InstanceConfigured
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import RealNow


def start_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, actor: Actor, reason: str = "") -> None:
    """Wants it running, and forgives earlier failures (quarantine too). One that runs well is left alone."""
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        if instance.wanted_state == "running" and instance.seen_state in ("configured", "starting", "online"):
            return
        ask_to_run(instance, actor)
        record(seller_id=seller_id, actor=actor, verb="start_instance", object_kind="instance", object_id=instance_id, reason=reason)


def ask_to_run(instance: Instance, actor: Actor) -> None:
    """A fresh beginning in the caller's transaction: whatever copy runs belongs to an older generation from now on."""
    move(
        instance,
        "asked_to_run",
        actor=actor,
        wanted_state="running",
        generation=instance.generation + 1,
        failures=0,
        starts_counted_from_at=RealNow(),
        deadline_at=None,
        endpoint="",
        endpoint_failures=0,
        endpoint_checked_at=None,
    )
    emit(InstanceConfigured(instance.seller_id, instance.id))
