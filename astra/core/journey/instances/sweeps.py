"""What a lost job, or a dead program, left behind."""

import datetime
import uuid

from django.db.models import F, OuterRef, Q, Subquery

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import drop_route
from astra.core.journey.instances.actions.ask_doctor import ask_doctor
from astra.core.journey.instances.actions.connect_endpoint import is_due
from astra.core.journey.instances.machine import RUN
from astra.core.journey.instances.models import AnswerSample, Checkup, Finding, Instance, RuntimeSession, SeenRequest, StartTicket
from astra.core.journey.instances.models.finding import TOLD
from astra.core.journey.instances.real_clock import real_instant

KEPT_MINUTES = 60
AT_A_TIME = 500
# Each instance is examined this often when nothing happens to it; what Discord tells of brings the doctor at once. Of another program
# with the same token, and of a server whose bot has no process, Discord tells nothing: there this is how long it takes at most, while
# an installation has no more than some three hundred bots.
EXAMINED_EVERY_MINUTES = 2
EXAMINATIONS_AT_A_TIME = 25
UNTOLD_SECONDS = 30
SAMPLES_KEPT_DAYS = 2


def sweep_endpoints() -> int:
    """Wakes ``connect_endpoint`` for every instance about which Discord has to be told or asked; how many."""
    with as_system():
        now = real_instant()
        due = [(row.seller_id, row.id) for row in Instance.objects.filter(lease_until=None) if is_due(row, now)]
        stuck = Instance.objects.filter(lease_until__lte=now)
        due += [(row.seller_id, row.id) for row in stuck if is_due(row, now)]
    for seller_id, instance_id in due:
        enqueue("instances.connect_endpoint", seller_id=seller_id, instance_id=instance_id)
    return len(due)


def sweep_credentials() -> int:
    """Deletes tickets and sessions that ended an hour ago, with their routes, and stamps no signature can repeat; how many."""
    with as_system():
        before = real_instant() - datetime.timedelta(minutes=KEPT_MINUTES)
        tickets = list(StartTicket.objects.filter(expires_at__lt=before).values_list("seller_id", "id", "hash")[:AT_A_TIME])
        sessions = list(RuntimeSession.objects.filter(expires_at__lt=before).values_list("seller_id", "id")[:AT_A_TIME])
    for seller_id, ticket_id, hashed in tickets:
        with acting_for(seller_id):
            StartTicket.objects.filter(id=ticket_id).delete()
            drop_route(kind="ticket", key=hashed)
    for seller_id, session_id in sessions:
        _drop_session(seller_id, session_id)
    return len(tickets) + len(sessions)


def _drop_session(seller_id: uuid.UUID, session_id: uuid.UUID) -> None:
    with acting_for(seller_id):
        SeenRequest.objects.filter(session_id=session_id).delete()
        RuntimeSession.objects.filter(id=session_id).delete()
        drop_route(kind="credential", key=str(session_id))


def sweep_examinations() -> int:
    """Sends the doctor to instances that he has not seen for two minutes, the longest unseen first; how many."""
    with as_system():
        now = real_instant()
        before = now - datetime.timedelta(minutes=EXAMINED_EVERY_MINUTES)
        live = Instance.objects.filter(archived_at=None, wanted_state="running").exclude(reason="token_invalid")
        asked = Checkup.objects.filter(instance_id=OuterRef("id")).values("asked_at")[:1]
        unseen = live.annotate(asked_at=Subquery(asked)).filter(Q(asked_at=None) | Q(asked_at__lte=before))
        longest = unseen.order_by(F("asked_at").asc(nulls_first=True), "id")
        due = list(longest.values_list("seller_id", "id")[:EXAMINATIONS_AT_A_TIME])
    return sum(ask_doctor(seller_id=seller_id, instance_id=instance_id, every_seconds=60) for seller_id, instance_id in due)


def sweep_untold() -> int:
    """Wakes the letters about findings that nobody was told of; how many findings."""
    with as_system():
        before = real_instant() - datetime.timedelta(seconds=UNTOLD_SECONDS)
        rows = Finding.objects.filter(TOLD, closed_at=None, told_at=None, since_at__lt=before)
        due = list(rows.order_by("since_at").values_list("seller_id", "instance_id", "step", "reason")[:AT_A_TIME])
    for seller_id, instance_id, step, reason in due:
        if step == RUN:
            enqueue("instances.tell_trouble", seller_id=seller_id, instance_id=instance_id, reason=reason)
        else:
            enqueue("instances.tell_owners", seller_id=seller_id, instance_id=instance_id)
    return len(due)


def sweep_answer_samples() -> int:
    """Deletes the answer times of more than two days ago; how many rows."""
    with as_system():
        before = real_instant() - datetime.timedelta(days=SAMPLES_KEPT_DAYS)
        sellers = list(
            AnswerSample.objects.filter(begins_at__lt=before).order_by().values_list("seller_id", flat=True).distinct()[:AT_A_TIME]
        )
    gone = 0
    for seller_id in sellers:
        with acting_for(seller_id):
            gone += AnswerSample.objects.filter(begins_at__lt=before).delete()[0]
    return gone
