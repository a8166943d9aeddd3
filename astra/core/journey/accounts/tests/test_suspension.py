"""A suspended seller may not sell; the reason is kept, and the rest of the shop is untouched."""

import pytest

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.resume_seller import resume_seller
from astra.core.journey.accounts.actions.suspend_seller import suspend_seller
from astra.core.journey.accounts.queries import allowance, sellers


def test_suspend_and_resume(seller, other_seller, operator):
    actor = Actor("operator", str(operator.id))
    suspend_seller(seller_id=seller.id, reason="pending papers", actor=actor)
    assert not allowance(seller.id).may_sell
    assert allowance(other_seller.id).may_sell
    line = next(line for line in sellers() if line.id == seller.id)
    assert line.suspended_reason == "pending papers"
    resume_seller(seller_id=seller.id, reason="papers came", actor=actor)
    assert allowance(seller.id).may_sell
    with acting_for(seller.id):
        deeds = list(AuditRow.objects.filter(actor_kind="operator").order_by("id").values_list("verb", "reason"))
    assert deeds == [("suspend_seller", "pending papers"), ("resume_seller", "papers came")]


def test_an_unknown_seller_is_not_found(db):
    with pytest.raises(NotFound):
        suspend_seller(seller_id=new_id(), reason="x", actor=Actor("operator", "x"))


def test_the_list_is_searched_by_shop_and_owner(seller, other_seller):
    assert {line.id for line in sellers("lara")} == {seller.id}
    assert {line.id for line in sellers("OTTO@")} == {other_seller.id}
