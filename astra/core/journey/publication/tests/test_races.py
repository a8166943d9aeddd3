"""A refresh and a recording at the same moment, on real commits: the card never stays stale."""

import threading

from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.actions.claim_publication import claim_publication
from astra.core.journey.publication.actions.mark_outdated import mark_outdated
from astra.core.journey.publication.actions.record_publication import record_publication
from astra.core.journey.publication.models import Publication
from tests.support.cast import make_seller
from tests.support.things import make_things


def test_a_refresh_during_the_recording_is_not_lost(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    things = make_things(seller)
    card, product = things["publication_id"], things["product_id"]
    claim = claim_publication(seller_id=seller.id, publication_id=card)
    recorded, go_on = threading.Event(), threading.Event()

    def record() -> None:
        with acting_for(seller.id):
            record_publication(seller_id=seller.id, publication_id=card, fence=claim.fence, message_id="99")
            recorded.set()
            go_on.wait(5)
        connection.close()

    def refresh() -> None:
        mark_outdated(seller_id=seller.id, product_id=product)
        connection.close()

    one, other = threading.Thread(target=record), threading.Thread(target=refresh)
    one.start()
    recorded.wait(5)
    other.start()
    other.join(0.3)
    assert other.is_alive(), "the refresh waits for the row"
    go_on.set()
    one.join(5)
    other.join(5)
    with acting_for(seller.id):
        assert Publication.objects.get(id=card).state == "outdated"


def test_a_claim_waits_for_a_refresh_instead_of_leaving_it_to_the_sweep(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    things = make_things(seller)
    held, go_on, claims = threading.Event(), threading.Event(), []

    def refresh() -> None:
        with acting_for(seller.id):
            mark_outdated(seller_id=seller.id, product_id=things["product_id"])
            held.set()
            go_on.wait(5)
        connection.close()

    def claim() -> None:
        claims.append(claim_publication(seller_id=seller.id, publication_id=things["publication_id"]))
        connection.close()

    one, other = threading.Thread(target=refresh), threading.Thread(target=claim)
    one.start()
    held.wait(5)
    other.start()
    other.join(0.3)
    go_on.set()
    one.join(5)
    other.join(5)
    assert claims[0] is not None
