"""One step of the supervisor for one instance: take it, decide, act outside any transaction, record."""

import contextlib
import datetime
import secrets
import uuid

from django.conf import settings

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.integrations.discord.shared_budget import is_used_up
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.port import CannotStart, Engine, EngineAway, StartOrder
from astra.core.journey.instances.actions.fail_instance import fail_instance
from astra.core.journey.instances.actions.open_session import ticket_hash
from astra.core.journey.instances.actions.postpone_start import postpone_start
from astra.core.journey.instances.lease import give_back, take_lease
from astra.core.journey.instances.machine import ChangedMeanwhile, may_happen, move
from astra.core.journey.instances.models import Instance, StartTicket
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.release import current_release
from astra.core.journey.instances.supervisor.decide import START_SECONDS, Recorded, decide

TICKET_SECONDS = 120
# Whoever failed so often in a shared process may be the one who ends it: he gets one of his own.
ALONE_AFTER_FAILURES = 2
ACTOR = Actor.system("supervisor")


def reconcile_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, core_up_seconds: float) -> str:
    """Does at most one step and returns its word ("" for none, or while somebody else works on it).

    Re-entrant: whoever dies in it leaves a state from which the next call goes on.
    """
    with acting_for(seller_id):
        taken = take_lease(instance_id)
    if taken is None:
        return ""
    lease, runner = taken[1], engine(taken[0].engine)
    try:
        seen = runner.look(instance_id)  # may ask a daemon: outside any transaction
    except EngineAway:
        with acting_for(seller_id):
            give_back(instance_id, lease)
        return ""
    order = None
    with acting_for(seller_id):
        held = Instance.objects.select_for_update().filter(id=instance_id, lease_token=lease).first()
        if held is None:
            return ""
        step = decide(recorded(held), seen, real_instant(), core_up_seconds)
        if step.kind == "start" and is_used_up():
            postpone_start(held, "invalid_request_budget", actor=ACTOR)
            give_back(instance_id, lease)
            return "postpone"
        if step.kind == "start":
            order = _prepare_start(held)
    failure = ""
    if order is not None:
        failure = _start(runner, order)
    elif step.kind == "end_copy":
        with contextlib.suppress(EngineAway):
            runner.stop(instance_id)
    with acting_for(seller_id):
        if not give_back(instance_id, lease):
            return step.kind
        instance = Instance.objects.select_for_update().get(id=instance_id)
        try:
            _record(instance, step.kind, step.reason, failure)
        except ChangedMeanwhile:
            return step.kind
    if step.kind in ("fail", "rest"):
        with contextlib.suppress(EngineAway):  # the next start forgets it too
            runner.forget(instance_id)
    return step.kind


def recorded(instance: Instance) -> Recorded:
    """What the decision needs of a row."""
    return Recorded(
        wanted_state=instance.wanted_state,
        seen_state=instance.seen_state,
        reason=instance.reason,
        generation=instance.generation,
        since_at=instance.since_at,
        deadline_at=instance.deadline_at,
        last_heartbeat_at=instance.last_heartbeat_at,
        is_archived=instance.archived_at is not None,
    )


def _prepare_start(instance: Instance) -> StartOrder:
    """A new generation and its ticket are committed before anything runs; until it runs, the step can be done again."""
    now = real_instant()
    ticket = secrets.token_urlsafe(32)
    move(
        instance,
        "started",
        actor=ACTOR,
        generation=instance.generation + 1,
        deadline_at=now + datetime.timedelta(seconds=START_SECONDS),
        last_heartbeat_at=None,
    )
    StartTicket.objects.create(
        seller_id=instance.seller_id,
        instance_id=instance.id,
        generation=instance.generation,
        hash=ticket_hash(ticket),
        expires_at=now + datetime.timedelta(seconds=TICKET_SECONDS),
    )
    add_route(kind="ticket", key=ticket_hash(ticket), seller_id=instance.seller_id, instance_id=instance.id)
    return StartOrder(
        instance.id,
        instance.generation,
        Secret(ticket),
        settings.ASTRA_CORE_URL,
        release=instance.release or current_release(),
        alone=instance.failures >= ALONE_AFTER_FAILURES,
    )


def _start(runner: Engine, order: StartOrder) -> str:
    try:
        runner.start(order)
    except CannotStart as failure:
        return failure.reason
    return ""


def _record(instance: Instance, kind: str, reason: str, failure: str) -> None:
    if kind == "start" and failure:
        fail_instance(instance, failure, actor=ACTOR)
    elif kind == "fail":
        fail_instance(instance, reason, actor=ACTOR)
    elif kind == "falter" and may_happen(instance.seen_state, "faltered"):
        move(instance, "faltered", actor=ACTOR, reason=reason)
    elif kind == "rest" and may_happen(instance.seen_state, "ended"):
        move(instance, "ended", actor=ACTOR, deadline_at=None)
