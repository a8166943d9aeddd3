"""A running bot keeps its credential."""

import datetime

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.check_session import SessionFacts, SessionSuperseded
from astra.core.journey.instances.actions.open_session import SESSION_MINUTES
from astra.core.journey.instances.models import RuntimeSession
from astra.core.journey.instances.real_clock import real_instant


def renew_session(session: SessionFacts) -> tuple[datetime.datetime, datetime.datetime]:
    """Puts the end of a checked session fifteen minutes from now; returns (its end, now). Only a live one can be renewed.

    Raises SessionSuperseded when it was ended meanwhile.
    """
    with acting_for(session.seller_id):
        now = real_instant()
        until = now + datetime.timedelta(minutes=SESSION_MINUTES)
        if not RuntimeSession.objects.filter(id=session.session_id, ended_at=None, expires_at__gt=now).update(expires_at=until):
            raise SessionSuperseded
    return until, now
