"""A seller gives a bot another token."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.seal import seal
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


def change_token(*, seller_id: uuid.UUID, instance_id: uuid.UUID, token: Secret, actor: Actor) -> None:
    """Checks the new token live, seals it, and begins afresh with it if the bot is wanted to run.

    Raises TokenNotAccepted, DiscordUnreachable, OtherApplication; then nothing was changed.
    """
    with acting_for(seller_id):
        known = Instance.objects.get(id=instance_id, archived_at=None).application_id
    token, application = read_token(token)
    if application.id != known:
        raise OtherApplication
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
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
