"""A bot that needs a person is told once, in words."""

import pytest

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.tell_trouble import tell_trouble
from astra.core.journey.instances.models import Instance
from tests.support.post import arrived


@pytest.fixture
def bot(seller):
    with acting_for(seller.id):
        return Instance.objects.create(
            seller_id=seller.id, name="Loja", engine="none", transport="http", application_id="1", application_name="Loja",
            bot_id="1", bot_name="Loja", verify_key="00", sealed_token=b"", seen_state="errored", reason="token_invalid",
        )  # fmt: skip


def test_the_owners_are_told_once_what_happened_and_what_to_do(seller, bot):
    trouble = {"seller_id": seller.id, "instance_id": bot.id, "reason": "token_invalid"}
    assert tell_trouble(**trouble) == 1
    assert tell_trouble(**trouble) == 0
    (letter,) = arrived(seller.email)
    assert letter.subject == "Seu bot Loja precisa de você"
    assert f"/instancia/{bot.id}/" in letter.body
    assert "token" in letter.body.lower()


def test_a_bot_that_was_mended_or_stopped_is_nobodys_news(seller, bot):
    with acting_for(seller.id):
        Instance.objects.filter(id=bot.id).update(seen_state="online")
    assert tell_trouble(seller_id=seller.id, instance_id=bot.id, reason="token_invalid") == 0
    with acting_for(seller.id):
        Instance.objects.filter(id=bot.id).update(seen_state="errored", wanted_state="stopped")
    assert tell_trouble(seller_id=seller.id, instance_id=bot.id, reason="token_invalid") == 0
