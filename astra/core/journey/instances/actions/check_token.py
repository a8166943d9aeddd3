"""Somebody was refused with an instance's token: find out whether it is dead."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import read_application
from astra.core.integrations.discord.failures import DiscordFailure, TokenRefused
from astra.core.journey.instances.actions.fail_instance import fail_instance
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import bot_token


def check_token(*, seller_id: uuid.UUID, instance_id: uuid.UUID) -> bool:
    """Asks Discord once; a refused token stops the instance with ``token_invalid``. Whether the token is still good, or may be."""
    with acting_for(seller_id):
        before = Instance.objects.get(id=instance_id).version
    try:
        read_application(bot_token(seller_id, instance_id))
    except TokenRefused:
        with acting_for(seller_id):
            instance = Instance.objects.select_for_update().get(id=instance_id)
            if instance.version == before:
                fail_instance(instance, "token_invalid", actor=Actor.system("check_token"))
        return False
    except DiscordFailure:
        return True
    return True
