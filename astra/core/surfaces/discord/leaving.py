"""What the surface remembers of conversations goes when a seller leaves: it was there to answer, and nobody asks any more."""

import uuid

from astra.core.surfaces.discord.models import Conversation, GoodsButton, Notice, Reveal, TakenInteraction


def erase(seller_id: uuid.UUID) -> None:
    """Deletes the surface's rows."""
    for model in (Reveal, Conversation, GoodsButton, Notice, TakenInteraction):
        model.objects.filter(seller_id=seller_id).delete()
