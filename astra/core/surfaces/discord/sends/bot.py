"""The bot in whose name something is sent."""

import uuid

from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.instances.queries import working_token


def token_of(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Secret:
    """The bot's token. Raises TokenRefused, without asking again, when Discord is known to refuse it.

    Every call with a dead token counts against the address that all sellers share.
    """
    return working_token(seller_id, instance_id)
