"""A bot is to run in another way."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.engines.engine import ADAPTERS
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.instances.actions.create_instance import engine_not_allowed, transport_of
from astra.core.journey.instances.actions.start_instance import ask_to_run
from astra.core.journey.instances.events import InstanceConfigured
from astra.core.journey.instances.models import Instance


class EngineMissing(Failure):
    """The installation does not have this engine."""

    label = "instance_engine_missing"
    text = _("This installation does not run bots in this way. Nothing was changed. Choose another one.")


def move_engine(
    *, seller_id: uuid.UUID, instance_id: uuid.UUID, engine: str, actor: Actor, reason: str = "", is_operator: bool = False
) -> None:
    """Runs the instance by another engine from now on; a running one begins afresh there, its old copy is ended as an orphan.

    A seller's choice is bound to the plan; the operator's (``is_operator``) only to what the installation has. The same engine again
    changes nothing. Raises EngineNotAllowed, EngineMissing, Instance.DoesNotExist.
    """
    if engine not in ADAPTERS or engine not in dict(Instance.ENGINES):
        raise EngineMissing
    if not is_operator and engine not in allowance(seller_id).engines:
        raise engine_not_allowed(engine)
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        if instance.engine == engine:
            return
        before = instance.engine
        Instance.objects.filter(id=instance.id).update(engine=engine, transport=transport_of(engine), last_heartbeat_at=None)
        instance.refresh_from_db()
        # A dead token is as dead on another engine: the wait for a new one goes on.
        if instance.wanted_state == "running" and instance.reason != "token_invalid":
            ask_to_run(instance, actor)
        else:
            Instance.objects.filter(id=instance.id).update(generation=instance.generation + 1, endpoint="", endpoint_checked_at=None)
            emit(InstanceConfigured(seller_id, instance_id))
        record(
            seller_id=seller_id,
            actor=actor,
            verb="move_engine",
            object_kind="instance",
            object_id=instance_id,
            reason=reason,
            facts={"from": before, "to": engine},
        )
