"""Bots when a seller leaves: they end first, then their tokens and names go."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.leaving import Part, rows_of
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.archive_instance import archive_instance
from astra.core.journey.instances.models import (
    AnswerSample,
    Checkup,
    Finding,
    Instance,
    InstanceEvent,
    RuntimeReport,
    RuntimeSession,
    SeenRequest,
    ShopChannel,
    StartTicket,
)

TECHNICAL = ("lease_until", "lease_token", "verify_key")


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Bots without their tokens (Discord shows those), and what happened to them."""
    yield Part("bots", _("Your bots. Their tokens are not here: Discord shows them."), rows_of(Instance, hide=TECHNICAL))
    yield Part("bots_history", _("When each bot started, stopped or failed, and why."), rows_of(InstanceEvent))
    yield Part("bots_channels", _("The channels you chose for each bot."), rows_of(ShopChannel))
    yield Part("bots_findings", _("What was wrong with a bot in its server, from when to when."), rows_of(Finding))


def wind_down(seller_id: uuid.UUID) -> bool:
    """Archives every bot; says whether all of them have stopped."""
    with acting_for(seller_id):
        for instance_id in Instance.objects.filter(archived_at=None).values_list("id", flat=True):
            archive_instance(seller_id=seller_id, instance_id=instance_id, actor=Actor.system("leaving"))
        still = Instance.objects.exclude(seen_state__in=("stopped", "draft", "errored", "quarantined"))
        return not still.exists()


def erase(seller_id: uuid.UUID) -> None:
    """Removes tokens, names, sessions, and what was seen in servers. The rows of bots stay for their history."""
    Instance.objects.update(
        name="", application_name="", bot_name="", guild_name="", guild_id="", presence_text="", sealed_token=b"", verify_key=""
    )
    for model in (RuntimeSession, SeenRequest, StartTicket, AnswerSample, Checkup, Finding, RuntimeReport, ShopChannel):
        model.objects.all().delete()
