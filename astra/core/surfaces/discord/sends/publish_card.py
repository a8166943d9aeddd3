"""Brings a product's card into its channel: the old message is changed, a lost one is posted anew."""

import uuid

from django.utils.translation import gettext as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.rest import DiscordRest, NotSent, OutcomeUnknown, RateLimited, Refused, TokenRefused
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.actions.report_token import report_token
from astra.core.journey.instances.queries import instance_facts
from astra.core.journey.publication.actions.claim_publication import PublicationClaim, claim_publication
from astra.core.journey.publication.actions.record_publication import record_publication
from astra.core.journey.publication.queries import publication_facts
from astra.core.surfaces.discord.screens.card import card
from astra.core.surfaces.discord.screens.parts import Screen, body, in_colour
from astra.core.surfaces.discord.sends.bot import token_of
from astra.core.surfaces.discord.words import in_language

DUE_STATES = frozenset({"wanted", "outdated"})
LOOK_AGAIN_SECONDS = 1
UNKNOWN_MESSAGE, UNKNOWN_CHANNEL = 10008, 10003
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013


def publish_card(*, seller_id: uuid.UUID, publication_id: uuid.UUID) -> None:
    """Claims the publication, posts or changes its card, records the message or the reason in the seller's words.

    Raises what may pass (the lease brings it back); a refusal is recorded and ends the attempt.
    """
    claim = claim_publication(seller_id=seller_id, publication_id=publication_id)
    if claim is None:
        # A claim steps aside for whoever holds the row at this moment; what is still due is looked at again soon.
        if publication_facts(seller_id, publication_id).state in DUE_STATES:
            enqueue("discord.publish_card", delay_seconds=LOOK_AGAIN_SECONDS, seller_id=seller_id, publication_id=publication_id)
        return
    product = product_facts(seller_id, claim.product_id)
    with in_language(seller_facts(seller_id).locale), in_colour(instance_facts(seller_id, claim.instance_id).accent):
        try:
            message_id = _bring(token_of(seller_id, claim.instance_id), claim, card(product))
        except (NotSent, RateLimited, OutcomeUnknown):
            raise
        except Failure as failure:
            record_publication(
                seller_id=seller_id,
                publication_id=publication_id,
                fence=claim.fence,
                message_id=claim.message_id,
                failure=why(failure),
                waits=isinstance(failure, TokenRefused),
            )
            if isinstance(failure, TokenRefused):
                report_token(seller_id=seller_id, instance_id=claim.instance_id)
            return
    record_publication(seller_id=seller_id, publication_id=publication_id, fence=claim.fence, message_id=message_id)


def why(failure: Failure) -> str:
    """Why a card is not there, and what the seller does about it. Speaks the active language."""
    if isinstance(failure, Refused):
        if failure.code in (MISSING_ACCESS, MISSING_PERMISSIONS):
            return _("The bot may not write in this channel. Give it View Channel and Send Messages there and publish again.")
        if failure.code == UNKNOWN_CHANNEL:
            return _("This channel does not exist any more. Choose another one.")
    return str(failure.text)


def _bring(token: Secret, claim: PublicationClaim, shown: Screen) -> str:
    rest = DiscordRest(token)
    content = body(shown, ephemeral=False)
    if claim.message_id:
        try:
            rest.patch(f"/channels/{claim.channel_id}/messages/{claim.message_id}", json=content)
            return claim.message_id
        except Refused as failure:
            if failure.code != UNKNOWN_MESSAGE:
                raise
    for nonce in (claim.nonce, claim.nonce[::-1]):
        try:
            posted = rest.post(f"/channels/{claim.channel_id}/messages", json=content | {"nonce": nonce[:25], "enforce_nonce": True})
            return str(posted["id"])
        except Refused as failure:
            # Unknown message here: this nonce posted a card a moment ago, and somebody deleted it. Post once more.
            if failure.code != UNKNOWN_MESSAGE or nonce != claim.nonce:
                raise
    raise AssertionError("unreachable")
