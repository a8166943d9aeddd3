"""What a lost job, or a dead program, left behind."""

import datetime
import uuid

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import drop_route
from astra.core.journey.instances.actions.connect_endpoint import is_due
from astra.core.journey.instances.models import Instance, RuntimeSession, SeenRequest, StartTicket
from astra.core.journey.instances.real_clock import real_instant

KEPT_MINUTES = 60
AT_A_TIME = 500


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
