"""A team: the last owner stays, nobody reaches above himself, a change holds at once."""

import threading

import pytest
from django.db import connection

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.change_role import change_role
from astra.core.journey.accounts.actions.hand_over_shop import hand_over_shop
from astra.core.journey.accounts.actions.remove_member import leave_team, remove_member
from astra.core.journey.accounts.activity import deeds_of, former_members, was_member
from astra.core.journey.accounts.models import Member
from astra.core.journey.accounts.permissions import FINANCE, MANAGER, OWNER, READ_ONLY, ROLES, STOCK, SUPPORT, NotAllowed
from astra.core.journey.accounts.roster import LastOwner
from astra.core.journey.accounts.team import members, owners, place_of, places_of
from tests.support.books import books
from tests.support.cast import make_seller
from tests.support.post import arrived
from tests.support.team import add_member

__all__ = ["books"]


def who(person_id) -> Actor:
    return Actor("member", str(person_id))


def test_the_last_owner_can_neither_leave_nor_fall(seller, books):
    boss = who(seller.user_id)
    add_member(seller, MANAGER)
    with pytest.raises(LastOwner):
        leave_team(seller_id=seller.id, user_id=seller.user_id)
    with pytest.raises(LastOwner):
        remove_member(seller_id=seller.id, person_id=seller.user_id, actor=boss)
    for role in ROLES[1:]:
        with pytest.raises(LastOwner):
            change_role(seller_id=seller.id, person_id=seller.user_id, role=role, actor=boss)
    assert [one.person_id for one in owners(seller.id)] == [seller.user_id]
    second = add_member(seller, READ_ONLY)
    change_role(seller_id=seller.id, person_id=second, role=OWNER, actor=boss)
    leave_team(seller_id=seller.id, user_id=seller.user_id)
    assert [one.person_id for one in owners(seller.id)] == [second]
    assert place_of(seller.user_id) is None


def test_the_invariant_finds_a_shop_without_an_owner(seller, books):
    with acting_for(seller.id):
        Member.objects.filter(user_id=seller.user_id).update(role=MANAGER)
    with pytest.raises(AssertionError, match="A01"):
        books.check("A01")
    with acting_for(seller.id):
        Member.objects.filter(user_id=seller.user_id).update(role=OWNER)


def test_two_owners_who_remove_each_other_leave_one(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    second = add_member(seller, OWNER)
    begin, refused = threading.Barrier(2, timeout=30), []

    def remove(actor, other) -> None:
        begin.wait()
        try:
            remove_member(seller_id=seller.id, person_id=other, actor=who(actor))
        except Failure as failure:
            refused.append(failure.label)
        connection.close()

    pair = [threading.Thread(target=remove, args=one) for one in ((seller.user_id, second), (second, seller.user_id))]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join(60)
    assert len(owners(seller.id)) == 1
    assert refused == ["not_allowed"], "who came second was no member any more"


def test_a_manager_governs_only_what_is_below(seller):
    manager = who(add_member(seller, MANAGER))
    stock, finance, other = add_member(seller, STOCK), add_member(seller, FINANCE), add_member(seller, MANAGER, "mara@equipe.example")
    for person in (seller.user_id, finance, other):
        with pytest.raises(NotAllowed):
            change_role(seller_id=seller.id, person_id=person, role=STOCK, actor=manager)
        with pytest.raises(NotAllowed):
            remove_member(seller_id=seller.id, person_id=person, actor=manager)
        with pytest.raises(NotAllowed):
            hand_over_shop(seller_id=seller.id, person_id=person, actor=manager)
    for role in (OWNER, MANAGER, FINANCE):
        with pytest.raises(NotAllowed):
            change_role(seller_id=seller.id, person_id=stock, role=role, actor=manager)
    change_role(seller_id=seller.id, person_id=stock, role=SUPPORT, actor=manager)
    remove_member(seller_id=seller.id, person_id=stock, actor=manager)
    for role in (STOCK, SUPPORT, FINANCE, READ_ONLY):
        actor = who(add_member(seller, role, f"{role}2@equipe.example"))
        with pytest.raises(NotAllowed):
            remove_member(seller_id=seller.id, person_id=finance, actor=actor)


def test_a_shop_is_handed_over_in_one_step(seller):
    heir = add_member(seller, SUPPORT, "herdeira@equipe.example")
    hand_over_shop(seller_id=seller.id, person_id=heir, actor=who(seller.user_id))
    assert {one.person_id: one.role for one in members(seller.id)} == {heir: OWNER, seller.user_id: MANAGER}
    for address in (seller.email, "herdeira@equipe.example"):
        assert "outro dono" in str(arrived(address)[-1].subject)
    with pytest.raises(NotAllowed):
        hand_over_shop(seller_id=seller.id, person_id=seller.user_id, actor=who(seller.user_id))
    with pytest.raises(NotFound):
        hand_over_shop(seller_id=seller.id, person_id=heir, actor=who(heir))


def test_a_stranger_is_nobodys_member(seller, other_seller):
    theirs = add_member(other_seller, STOCK)
    for deed in (remove_member, hand_over_shop):
        with pytest.raises(NotFound):
            deed(seller_id=seller.id, person_id=theirs, actor=who(seller.user_id))
    with pytest.raises(NotFound):
        change_role(seller_id=seller.id, person_id=theirs, role=SUPPORT, actor=who(seller.user_id))
    with pytest.raises(NotAllowed):
        remove_member(seller_id=other_seller.id, person_id=theirs, actor=who(seller.user_id))


def test_every_change_is_in_the_audit_with_who_did_it(seller):
    person = add_member(seller, STOCK, "ana@equipe.example")
    change_role(seller_id=seller.id, person_id=person, role=SUPPORT, actor=who(seller.user_id))
    change_role(seller_id=seller.id, person_id=person, role=SUPPORT, actor=who(seller.user_id))
    remove_member(seller_id=seller.id, person_id=person, actor=who(seller.user_id))
    with acting_for(seller.id):
        rows = list(AuditRow.objects.filter(object_kind="member").order_by("id").values_list("verb", "actor_id", "facts"))
    boss = str(seller.user_id)
    assert rows == [("change_role", boss, {"before": STOCK, "role": SUPPORT}), ("remove_member", boss, {"role": SUPPORT})]
    assert [one.verb for one in deeds_of(seller.id, seller.user_id)][:2] == ["remove_member", "change_role"]
    assert deeds_of(seller.id, person) == []
    assert was_member(seller.id, person)
    assert former_members(seller.id) == [person]
    assert [str(one.subject) for one in arrived("ana@equipe.example")] == [
        "Sua função na loja Loja da Lara agora é Suporte",
        "Você não está mais na equipe da loja Loja da Lara",
    ]


def test_deeds_come_in_pages(seller):
    from astra.core.journey.accounts.actions.rename_seller import rename_seller

    for number in range(5):
        rename_seller(seller_id=seller.id, name=f"Loja {number}", actor=who(seller.user_id))
    first = deeds_of(seller.id, seller.user_id, limit=4)
    rest = deeds_of(seller.id, seller.user_id, before=first[-1].id, limit=4)
    assert [one.verb for one in first + rest] == ["rename_seller"] * 5 + ["open_seller"]


def test_who_works_in_two_teams_is_in_the_one_that_was_chosen(seller, other_seller):
    from astra.core.foundation.tenancy.route import add_route

    with acting_for(other_seller.id):
        Member.objects.create(seller_id=other_seller.id, user_id=seller.user_id, role=STOCK)
        add_route(kind="member", key=str(seller.user_id), seller_id=other_seller.id)
    assert [(one.seller.id, one.role) for one in places_of(seller.user_id)] == [(seller.id, OWNER), (other_seller.id, STOCK)]
    assert (place_of(seller.user_id).seller.id, place_of(seller.user_id).has_others) == (seller.id, True)
    assert place_of(seller.user_id, other_seller.id).role == STOCK
    remove_member(seller_id=other_seller.id, person_id=seller.user_id, actor=who(other_seller.user_id))
    assert place_of(seller.user_id, other_seller.id).seller.id == seller.id
