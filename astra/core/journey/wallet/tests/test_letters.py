"""The wallet's letters: each state once, the key masked, in the language of who reads."""

import pytest

from astra.core.foundation.events import connect
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.topics import Topic
from astra.core.journey.wallet.actions.reject_withdrawal import reject_withdrawal
from astra.core.journey.wallet.actions.tell_owners import TOLD, tell_withdrawal
from astra.core.journey.wallet.letters import _words
from astra.core.journey.wallet.machine import State
from astra.core.journey.wallet.tests.conftest import LARA_CPF, OPERATOR, register_key
from astra.core.project import wiring
from tests.support.post import arrived
from tests.support.queue import QueueInTest


@pytest.fixture
def told(purse):
    """The owners of the purse are told what happens, as in the whole product."""
    connect(wiring.events())
    QueueInTest().forget()
    return purse


def test_words_and_states_agree():
    assert {state.value for state in State if _words(state)} == set(TOLD)


def test_a_withdrawal_is_told_when_it_was_asked_for_and_when_it_was_refused(told, queue):
    told.earn()
    withdrawal_id = told.ask(500)
    reject_withdrawal(seller_id=told.seller_id, withdrawal_id=withdrawal_id, reason="documento ilegível", actor=OPERATOR)
    queue.run("wallet.tell_withdrawal")
    assert not tell_withdrawal(seller_id=told.seller_id, withdrawal_id=withdrawal_id, state="rejected")
    (letter,) = arrived("lara@loja.example")
    assert letter.subject == "Saque recusado: R$ 5,00"
    for text in (letter.body, letter.alternatives[0][0]):
        assert "documento ilegível" in text
        assert "•••.982.247-••" in text
        assert LARA_CPF not in text


def test_who_does_not_want_to_be_told_is_not_but_for_the_key(told, queue):
    User.objects.update(unwanted_letters=[Topic.WALLET], locale="en")
    told.earn()
    told.ask(500)
    register_key(told.seller_id, kind="phone", key="11987654321")
    queue.run("wallet.tell_withdrawal", "wallet.tell_key")
    (letter,) = arrived("lara@loja.example")
    assert letter.subject == "Your PIX key was changed"
    assert "98765" not in letter.body
