"""A card is wanted, written by one, kept true, taken out."""

import uuid
from collections.abc import Iterator

import pytest

from astra.core.foundation import events
from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.jobs import job
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.archive_product import archive_product
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.models import Instance
from astra.core.journey.publication.access import access_publication
from astra.core.journey.publication.actions.claim_publication import claim_publication
from astra.core.journey.publication.actions.mark_outdated import mark_outdated
from astra.core.journey.publication.actions.publish_product import ChannelMissing, ProductArchived, publish_product
from astra.core.journey.publication.actions.record_publication import record_publication
from astra.core.journey.publication.actions.record_withdrawal import record_withdrawal
from astra.core.journey.publication.actions.unpublish import unpublish
from astra.core.journey.publication.events import PublicationUnwanted, PublicationWanted
from astra.core.journey.publication.jobs import refresh_product_job
from astra.core.journey.publication.queries import publications
from astra.core.journey.publication.sweeps import sweep_publications

OWNER = Actor("member", "tests")
for _name in ("tests.publication_wanted", "tests.publication_unwanted"):
    job(_name)(lambda **_: None)


class Told:
    def __init__(self, queue) -> None:
        self.queue = queue

    def take(self) -> list[str]:
        told = [name.removeprefix("tests.publication_") for name in self.queue.names() if name.startswith("tests.")]
        self.queue.run("tests.publication_wanted", "tests.publication_unwanted")
        return told


@pytest.fixture
def told(queue) -> Iterator[Told]:
    earlier = dict(events._wiring)
    events.connect({PublicationWanted: ["tests.publication_wanted"], PublicationUnwanted: ["tests.publication_unwanted"]})
    yield Told(queue)
    events._wiring.clear()
    events._wiring.update(earlier)


def make_instance(seller_id):
    with acting_for(seller_id):
        number = str(uuid.uuid4().int)[:18]
        return Instance.objects.create(seller_id=seller_id, name="Bot", application_id=number, engine="none", transport="http").id


@pytest.fixture
def product_id(seller):
    return create_product(
        seller_id=seller.id, name="Conta", description="", no_stock="refuse", variations=[NewVariation("30 dias", 1000)], actor=OWNER
    )


@pytest.fixture
def instance_id(seller):
    return make_instance(seller.id)


@pytest.fixture
def card(seller, product_id, instance_id, told):
    return publish(seller, product_id, instance_id)


def publish(seller, product_id, instance_id, channel_id="10"):
    return publish_product(
        seller_id=seller.id, product_id=product_id, instance_id=instance_id, channel_id=channel_id, channel_name="vitrine", actor=OWNER
    )


def claim(seller, card):
    return claim_publication(seller_id=seller.id, publication_id=card)


def record(seller, card, found, message_id="m", failure=""):
    return record_publication(seller_id=seller.id, publication_id=card, fence=found.fence, message_id=message_id, failure=failure)


def state(seller, card):
    return access_publication(seller.id, card).state


def test_a_card_is_wanted_claimed_once_and_published(seller, card, told):
    assert told.take() == ["wanted"]
    found = claim(seller, card)
    assert (found.channel_id, found.message_id, len(found.nonce)) == ("10", None, 25)
    assert claim(seller, card) is None
    assert state(seller, card) == "publishing"
    assert record(seller, card, found)
    facts = access_publication(seller.id, card)
    assert (facts.state, facts.message_id, facts.published_at is not None) == ("published", "m", True)
    assert claim(seller, card) is None
    assert told.take() == []


def test_a_change_has_the_same_message_written_anew(seller, product_id, card, told):
    record(seller, card, claim(seller, card))
    told.take()
    refresh_product_job(seller_id=str(seller.id), product_id=str(product_id), anything="else")
    assert (state(seller, card), told.take()) == ("outdated", ["wanted"])
    found = claim(seller, card)
    assert found.message_id == "m"
    record(seller, card, found)
    variation_id = product_facts(seller.id, product_id).variations[0].id
    refresh_product_job(seller_id=str(seller.id), variation_id=str(variation_id))
    assert state(seller, card) == "outdated"


def test_a_change_during_the_writing_is_written_afterwards(seller, product_id, card, told):
    found = claim(seller, card)
    told.take()
    assert mark_outdated(seller_id=seller.id, product_id=product_id) == 0
    assert record(seller, card, found)
    assert (state(seller, card), told.take()) == ("outdated", ["wanted"])


def test_a_lost_attempt_is_taken_over_with_the_same_nonce_and_the_late_one_writes_nothing(seller, card, clock):
    first = claim(seller, card)
    clock.move(seconds=61)
    second = claim(seller, card)
    assert second.nonce == first.nonce
    assert not record(seller, card, first, "late")
    assert record(seller, card, second, "m")
    assert access_publication(seller.id, card).message_id == "m"
    mark_outdated(seller_id=seller.id, product_id=access_publication(seller.id, card).product_id)
    clock.move(seconds=100)
    assert claim(seller, card).nonce != first.nonce


def test_a_refusal_waits_for_the_seller(seller, product_id, instance_id, card, told):
    record(seller, card, claim(seller, card), None, "O bot não pode escrever neste canal.")
    facts = access_publication(seller.id, card)
    assert (facts.state, facts.reason) == ("failed", "O bot não pode escrever neste canal.")
    assert mark_outdated(seller_id=seller.id, product_id=product_id) == 0
    assert claim(seller, card) is None
    told.take()
    assert publish(seller, product_id, instance_id) == card
    assert (state(seller, card), told.take()) == ("wanted", ["wanted"])


def test_one_card_per_channel_and_another_bot_posts_its_own_message(seller, product_id, instance_id, card):
    record(seller, card, claim(seller, card))
    assert publish(seller, product_id, instance_id, "11") != card
    assert len(publications(seller.id, product_id)) == 2
    assert publish(seller, product_id, make_instance(seller.id)) == card
    assert claim(seller, card).message_id is None


def test_a_card_is_taken_out_also_when_it_was_being_written(seller, card, told):
    found = claim(seller, card)
    told.take()
    unpublish(seller_id=seller.id, publication_id=card, actor=OWNER)
    unpublish(seller_id=seller.id, publication_id=card, actor=OWNER)
    assert told.take() == ["unwanted"]
    assert record(seller, card, found, "left behind")
    assert (state(seller, card), told.take()) == ("withdrawn", ["unwanted"])
    assert claim(seller, card) is None
    assert not record_withdrawal(seller_id=seller.id, publication_id=card, message_id="other")
    assert record_withdrawal(seller_id=seller.id, publication_id=card, message_id="left behind")
    assert access_publication(seller.id, card).message_id == ""


def test_the_queue_is_disposable(seller, card, told, clock):
    told.take()
    assert sweep_publications() == 0
    clock.move(seconds=20)
    assert (sweep_publications(), told.take()) == (1, ["wanted"])
    assert sweep_publications() == 0
    claim(seller, card)
    clock.move(seconds=61)
    assert sweep_publications() == 1
    record(seller, card, claim(seller, card))
    unpublish(seller_id=seller.id, publication_id=card, actor=OWNER)
    told.take()
    for _ in range(5):
        clock.move(seconds=20)
        assert (sweep_publications(), told.take()) == (1, ["unwanted"])
    clock.move(seconds=20)
    assert sweep_publications() == 0


def test_what_cannot_be_published_is_refused(seller, product_id, instance_id, told):
    with pytest.raises(ChannelMissing):
        publish(seller, product_id, instance_id, "")
    with pytest.raises(NotFound):
        publish(seller, new_id(), instance_id)
    with pytest.raises(NotFound):
        publish(seller, product_id, new_id())
    archive_product(seller_id=seller.id, product_id=product_id, actor=OWNER)
    with pytest.raises(ProductArchived):
        publish(seller, product_id, instance_id)
    assert told.take() == []


def test_another_seller_finds_nothing(seller, other_seller, product_id, instance_id, card):
    with pytest.raises(NotFound):
        access_publication(other_seller.id, card)
    with pytest.raises(NotFound):
        unpublish(seller_id=other_seller.id, publication_id=card, actor=OWNER)
    with pytest.raises(NotFound):
        publish(other_seller, product_id, make_instance(other_seller.id))
    with pytest.raises(NotFound):
        own = create_product(
            seller_id=other_seller.id, name="X", description="", no_stock="refuse", variations=[NewVariation("a", 1)], actor=OWNER
        )
        publish(other_seller, own, instance_id)
    assert claim(other_seller, card) is None
    assert publications(other_seller.id) == []
    assert mark_outdated(seller_id=other_seller.id, product_id=product_id) == 0
