"""Cards when a seller leaves: they are taken out of Discord while the bot still may."""

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.leaving import Part, rows_of
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.actions.unpublish import unpublish
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State

TECHNICAL = ("fence", "lease_until", "claimed_version", "woken_at", "generation", "generation_at")
# What the sweep tries before it leaves a message to the seller.
MOST_TRIES = 5


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Which product is shown where."""
    yield Part("cards", _("Which product is shown in which channel."), rows_of(Publication, hide=TECHNICAL))


def wind_down(seller_id: uuid.UUID) -> bool:
    """Withdraws every card; says whether their messages are gone, or Discord refused often enough."""
    with acting_for(seller_id):
        for publication_id in Publication.objects.exclude(state=State.WITHDRAWN).values_list("id", flat=True):
            unpublish(seller_id=seller_id, publication_id=publication_id, actor=Actor.system("leaving"))
        return not Publication.objects.exclude(message_id="").filter(tries__lt=MOST_TRIES).exists()


def erase(seller_id: uuid.UUID) -> None:
    """Forgets the names of channels."""
    Publication.objects.update(channel_name="")
