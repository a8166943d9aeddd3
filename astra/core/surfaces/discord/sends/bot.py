"""The bot in whose name something is sent."""

import uuid

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.instances.queries import TOKEN_INVALID, instance_facts, working_token


def token_of(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Secret:
    """The bot's token. Raises TokenRefused, without asking again, when Discord is known to refuse it.

    Every call with a dead token counts against the address that all sellers share.
    """
    return working_token(seller_id, instance_id)


def report_refused_token(seller_id: uuid.UUID, instance_id: uuid.UUID) -> None:
    """Has it found out whether the token is dead, so that the seller is told; once it is known nothing more is asked."""
    if instance_facts(seller_id, instance_id).reason != TOKEN_INVALID:
        enqueue("instances.check_token", seller_id=seller_id, instance_id=instance_id)
