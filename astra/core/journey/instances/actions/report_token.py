"""Discord refused a bot's token to somebody: it is looked at at once, so that the calls stop and the owners are told."""

import contextlib
import uuid
from collections.abc import Iterator

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.failures import TokenRefused
from astra.core.journey.instances.models import Instance


def report_token(*, seller_id: uuid.UUID, instance_id: uuid.UUID) -> None:
    """Has a job find out whether the token is dead; once that is known nothing more is asked."""
    with acting_for(seller_id):
        if not Instance.objects.filter(id=instance_id, reason="token_invalid").exists():
            enqueue("instances.check_token", seller_id=seller_id, instance_id=instance_id)


@contextlib.contextmanager
def reporting_refusal(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Iterator[None]:
    """Around calls to Discord with a bot's token: a refused one is reported, and the failure goes on. Not inside a transaction."""
    try:
        yield
    except TokenRefused:
        report_token(seller_id=seller_id, instance_id=instance_id)
        raise
