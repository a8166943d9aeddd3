"""A seller connects a bot."""

import uuid

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route, find_routes
from astra.core.integrations.engines.engine import installed_engines
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.entitlements import with_lifting_plan, with_plan_of_engine
from astra.core.journey.instances.actions.read_token import read_token
from astra.core.journey.instances.events import InstanceConfigured
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Instance


class ApplicationTaken(Failure):
    """Another seller uses this application."""

    label = "instance_application_taken"
    text = _(
        "This Discord application is already connected to another account. Nothing was saved. "
        "Make another application at Discord, or disconnect it there first."
    )


class ApplicationConnected(Failure):
    """The seller connected this application before."""

    label = "instance_application_connected"
    text = _("This bot is already connected to your account. Nothing was changed. Open it in the list of instances.")


class TooManyInstances(Failure):
    """The plan's number of instances is used up."""

    label = "instance_limit"
    text = _("Your plan has no room for another instance. Nothing was saved. Archive one you do not use, or change your plan.")


class EngineNotAllowed(Failure):
    """The plan does not include this way to run."""

    label = "instance_engine"
    text = _("Your plan does not include this way to run the bot. Nothing was saved. Choose another one, or change your plan.")


def create_instance(*, seller_id: uuid.UUID, name: str, token: Secret, engine: str, actor: Actor) -> uuid.UUID:
    """Checks the token live at Discord, seals it and wants the bot to run; returns the instance's id.

    Raises TokenNotAccepted, DiscordUnreachable, ApplicationTaken, ApplicationConnected, TooManyInstances, EngineNotAllowed;
    whichever it is, nothing was written.
    """
    limits = allowance(seller_id)
    if engine not in installed_engines() or engine not in limits.engines:
        raise engine_not_allowed(engine)
    with acting_for(seller_id):
        _refuse_above(limits.max_instances)
    token, application = read_token(token)
    instance_id = new_id()
    with acting_for(seller_id):
        # Two requests for one application, or for the last free place, come one after the other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"application {application.id}"])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"instances of {seller_id}"])
        if Instance.objects.filter(application_id=application.id, archived_at=None).exists():
            raise ApplicationConnected
        if any(hit.seller_id != seller_id for hit in find_routes("application", application.id)):
            raise ApplicationTaken
        _refuse_above(limits.max_instances)
        instance = Instance.objects.create(
            id=instance_id,
            seller_id=seller_id,
            name=(name.strip() or application.name)[:80],
            engine=engine,
            transport=transport_of(engine),
            application_id=application.id,
            application_name=application.name[:100],
            bot_id=application.bot_id,
            bot_name=application.bot_name[:100],
            verify_key=application.verify_key,
            sealed_token=seal(token.reveal(), seller_id=seller_id, table="instances_instance", row_id=instance_id, column="sealed_token"),
        )
        instance.refresh_from_db()
        add_route(kind="application", key=application.id, seller_id=seller_id, instance_id=instance_id)
        move(instance, "token_accepted", actor=actor)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="create_instance",
            object_kind="instance",
            object_id=instance_id,
            facts={"application_id": application.id, "engine": engine},
        )
        emit(InstanceConfigured(seller_id, instance_id))
    return instance_id


def engine_not_allowed(engine: str) -> EngineNotAllowed:
    """The refusal in words: with the plan that includes the engine, where this installation has it at all."""
    text = EngineNotAllowed.text
    return EngineNotAllowed(with_plan_of_engine(text, engine) if engine in installed_engines() else text)


def transport_of(engine: str) -> str:
    """How clicks reach the core: an engine without a process can only be reached by http."""
    chosen: str = settings.ASTRA_INTERACTIONS_TRANSPORT
    if engine == "none" or chosen == "http":
        return "http"
    return "relay"


def _refuse_above(most: int) -> None:
    if Instance.objects.filter(archived_at=None).count() >= most:
        raise TooManyInstances(with_lifting_plan(TooManyInstances.text, "max_instances", most))
