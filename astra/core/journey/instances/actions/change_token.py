"""A seller gives a bot another token."""

import hmac
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.seal import seal, unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.read_token import read_token
from astra.core.journey.instances.actions.start_instance import ask_to_run
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Checkup, Instance


class OtherApplication(Failure):
    """The token is good, but of another application."""

    label = "instance_other_application"
    text = _(
        "This token belongs to another Discord application. Nothing was changed. Paste a token of this bot, "
        "or connect the other one as a new instance."
    )


def change_token(*, seller_id: uuid.UUID, instance_id: uuid.UUID, token: Secret, actor: Actor) -> bool:
    """Checks the new token live, seals it, and begins afresh with it if the bot is wanted to run; whether anything had to change.

    A bot has one token: a new one that works means that Discord ended the old one, and its gateway, when it was made
    (Cog-Creators/Red-DiscordBot#4065 shows the 4004 that a running bot gets). So no two copies could answer side by side, and the next one
    starts at once. The very token that a bot on air runs with is left alone, and so is the bot: who presses meanwhile notices nothing.

    Raises TokenNotAccepted, DiscordUnreachable, OtherApplication; then nothing was changed.
    """
    with acting_for(seller_id):
        known = Instance.objects.get(id=instance_id, archived_at=None).application_id
    token, application = read_token(token)
    if application.id != known:
        raise OtherApplication
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        if instance.wanted_state == "running" and instance.seen_state == "online" and _runs_with(instance, token):
            record(seller_id=seller_id, actor=actor, verb="confirm_token", object_kind="instance", object_id=instance_id)
            return False
        move(
            instance,
            "token_accepted",
            actor=actor,
            generation=instance.generation + 1,
            application_name=application.name[:100],
            bot_name=application.bot_name[:100],
            verify_key=application.verify_key,
            sealed_token=seal(token.reveal(), seller_id=seller_id, table="instances_instance", row_id=instance_id, column="sealed_token"),
        )
        # Whoever else used the old token is shut out by the new one, and his starts count no more.
        Checkup.objects.filter(instance_id=instance_id).update(elsewhere_at=None, starts_used=None)
        if instance.wanted_state == "running":
            ask_to_run(instance, actor)
        record(seller_id=seller_id, actor=actor, verb="change_token", object_kind="instance", object_id=instance_id)
    return True


def _runs_with(instance: Instance, token: Secret) -> bool:
    sealed = bytes(instance.sealed_token)
    known = unseal(sealed, seller_id=instance.seller_id, table="instances_instance", row_id=instance.id, column="sealed_token")
    return hmac.compare_digest(known.reveal(), token.reveal())
