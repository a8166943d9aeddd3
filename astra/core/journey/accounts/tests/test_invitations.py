"""Invitations: for one identity, once, for seven days, within the plan's room; their links are kept as hashes."""

import re
import uuid

import pytest

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.accept_invitation import ForSomebodyElse, accept_invitation
from astra.core.journey.accounts.actions.change_role import change_role
from astra.core.journey.accounts.actions.end_invitation import InvitationOver, decline_invitation, withdraw_invitation
from astra.core.journey.accounts.actions.invite_member import (
    PER_ADDRESS,
    PER_SELLER,
    InTheTeam,
    InvitedBefore,
    TooManyInvitations,
    invite_member,
)
from astra.core.journey.accounts.actions.remove_member import remove_member
from astra.core.journey.accounts.actions.resend_invitation import resend_invitation
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.accounts.invitations import invitation_by_link, invitations_for, open_invitations
from astra.core.journey.accounts.models import Invitation, PostedLetter
from astra.core.journey.accounts.permissions import FINANCE, MANAGER, OWNER, STOCK, SUPPORT, NotAllowed
from astra.core.journey.accounts.roster import TeamFull
from astra.core.journey.accounts.team import members, place_of
from tests.support.post import arrived
from tests.support.team import add_member, make_person, sign_in_with_discord

NOVA = "nova@equipe.example"


def owner_of(seller) -> Actor:
    return Actor("member", str(seller.user_id))


def invite(seller, address: str = NOVA, role: str = STOCK, kind: str = "email", actor: Actor | None = None) -> uuid.UUID:
    return invite_member(seller_id=seller.id, kind=kind, address=address, role=role, actor=actor or owner_of(seller))


def link_in(address: str) -> str:
    """The word of the newest link that an address got."""
    text = str(arrived(address)[-1].body)
    found = re.search(r"/convite/([\w-]+)/", text)
    assert found, text
    return found.group(1)


def test_an_invitation_leads_into_the_team_once(seller):
    nova = make_person(NOVA, "Nova")
    invitation_id = invite(seller, " Nova@Equipe.example ")
    facts = invitation_by_link(link_in(NOVA))
    assert facts is not None
    assert (facts.id, facts.seller_name, facts.role, facts.state) == (invitation_id, "Loja da Lara", STOCK, "open")
    assert [one.id for one in invitations_for(nova)] == [invitation_id]
    accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)
    assert [(one.name, one.role) for one in members(seller.id)] == [("Loja da Lara", OWNER), ("Nova", STOCK)]
    assert place_of(nova).seller.id == seller.id
    assert invitation_by_link(link_in(NOVA)) is None
    assert invitations_for(nova) == []
    with pytest.raises(InvitationOver):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)
    with acting_for(seller.id):
        joined = AuditRow.objects.get(verb="join_team")
    assert (joined.actor_id, joined.facts) == (str(nova), {"role": STOCK, "invited_by": str(seller.user_id)})
    assert "Nova" in str(arrived(seller.email)[-1].subject)


def test_the_link_is_a_hash_in_the_database_and_sealed_in_the_letter(seller):
    invite(seller)
    with acting_for(seller.id):
        row = Invitation.objects.get()
    waiting = PostedLetter.objects.get(address=NOVA)
    token = link_in(NOVA)
    assert len(token) >= 43
    assert token not in "".join(map(str, vars(row).values()))
    assert token not in waiting.sealed


def test_the_link_alone_opens_nothing(seller):
    other = make_person("otto@outra.example", "Otto")
    invitation_id = invite(seller)
    with pytest.raises(ForSomebodyElse):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=other)
    with pytest.raises(NotFound):
        decline_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=other)
    assert open_invitations(seller.id)[0].state == "open"


def test_an_address_that_is_not_confirmed_is_nobodys(seller):
    from allauth.account.models import EmailAddress

    thief = make_person("ladra@outra.example", "Ladra")
    EmailAddress.objects.create(user_id=thief, email=NOVA, verified=False, primary=False)
    invitation_id = invite(seller)
    assert invitations_for(thief) == []
    with pytest.raises(ForSomebodyElse):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=thief)


def test_by_discord_it_is_for_whoever_signed_in_with_that_account(seller):
    nova, other = make_person(NOVA, "Nova"), make_person("310000000000000002@discord.example", "Otto")
    sign_in_with_discord(other, "310000000000000002")
    invitation_id = invite(seller, "310000000000000001", kind="discord")
    assert not arrived(), "nobody gets a letter"
    assert invitations_for(nova) == []
    for person in (nova, other):
        with pytest.raises(ForSomebodyElse):
            accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=person)
    sign_in_with_discord(nova, "310000000000000001")
    assert [one.id for one in invitations_for(nova)] == [invitation_id]
    accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)
    assert place_of(nova).role == STOCK
    with pytest.raises(InTheTeam):
        invite(seller, "310000000000000001", kind="discord")


def test_seven_days_and_no_longer(seller, clock):
    nova = make_person(NOVA, "Nova")
    invitation_id = invite(seller)
    clock.move(days=7, seconds=1)
    assert invitations_for(nova) == []
    assert open_invitations(seller.id)[0].state == "expired"
    with pytest.raises(InvitationOver):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)
    first = link_in(NOVA)
    resend_invitation(seller_id=seller.id, invitation_id=invitation_id, actor=owner_of(seller))
    assert invitation_by_link(first) is None, "only the newest link opens"
    assert invitation_by_link(link_in(NOVA)).state == "open"
    accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)


def test_an_expired_one_makes_place_for_a_new_one(seller, clock):
    old = invite(seller)
    with pytest.raises(InvitedBefore):
        invite(seller)
    clock.move(days=8)
    assert invite(seller) != old
    assert len(open_invitations(seller.id)) == 1


def test_taken_back_or_turned_down_it_is_over(seller):
    nova = make_person(NOVA, "Nova")
    first = invite(seller)
    withdraw_invitation(seller_id=seller.id, invitation_id=first, actor=owner_of(seller))
    assert invitation_by_link(link_in(NOVA)) is None
    second = invite(seller)
    decline_invitation(seller_id=seller.id, invitation_id=second, user_id=nova)
    for one in (first, second):
        with pytest.raises(InvitationOver):
            accept_invitation(seller_id=seller.id, invitation_id=one, user_id=nova)
    assert place_of(nova) is None


def test_who_is_in_the_team_is_not_invited(seller):
    add_member(seller, SUPPORT, NOVA)
    with pytest.raises(InTheTeam):
        invite(seller)
    assert not arrived(NOVA)


def test_the_plan_has_room_for_so_many(seller):
    set_allowance(
        seller_id=seller.id, plan_name="T", sells_until=None, max_instances=1, max_products=1, max_members=2, fee_basis_points=0, engines=[]
    )
    nova, first = make_person(NOVA, "Nova"), invite(seller)
    with pytest.raises(TeamFull) as full:
        invite(seller, "outra@equipe.example")
    assert full.value.most == 2
    assert "2" in str(full.value.text)
    add_member(seller, STOCK)  # somebody came in another way meanwhile
    with pytest.raises(TeamFull):
        accept_invitation(seller_id=seller.id, invitation_id=first, user_id=nova)
    assert place_of(nova) is None


def test_nobody_invites_above_himself(seller):
    manager = Actor("member", str(add_member(seller, MANAGER)))
    for role in (OWNER, MANAGER, FINANCE, "nonsense"):
        with pytest.raises(NotAllowed):
            invite(seller, role=role, actor=manager)
    for actor in (
        Actor("member", str(add_member(seller, SUPPORT))),
        Actor("member", str(uuid.uuid4())),
        Actor("operator", str(seller.user_id)),
    ):
        with pytest.raises(NotAllowed):
            invite(seller, role=STOCK, actor=actor)
    theirs = invite(seller, "chefe@equipe.example", role=FINANCE)
    for deed in (withdraw_invitation, resend_invitation):
        with pytest.raises(NotAllowed):
            deed(seller_id=seller.id, invitation_id=theirs, actor=manager)
    assert invite(seller, role=STOCK, actor=manager)


def test_an_invitation_falls_with_who_gave_it(seller):
    manager_id = add_member(seller, MANAGER)
    nova, invitation_id = make_person(NOVA, "Nova"), invite(seller, actor=Actor("member", str(manager_id)))
    change_role(seller_id=seller.id, person_id=manager_id, role=SUPPORT, actor=owner_of(seller))
    with pytest.raises(InvitationOver):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)
    remove_member(seller_id=seller.id, person_id=manager_id, actor=owner_of(seller))
    with pytest.raises(InvitationOver):
        accept_invitation(seller_id=seller.id, invitation_id=invitation_id, user_id=nova)


def test_another_shop_finds_no_invitation_of_this_one(seller, other_seller):
    invitation_id = invite(seller)
    for deed in (withdraw_invitation, resend_invitation):
        with pytest.raises(NotFound):
            deed(seller_id=other_seller.id, invitation_id=invitation_id, actor=owner_of(other_seller))


def test_letters_are_counted(seller, other_seller, clock):
    sent = 0
    for shop in (seller, other_seller):
        for _ in range(PER_ADDRESS):
            try:
                withdraw_invitation(seller_id=shop.id, invitation_id=invite(shop), actor=owner_of(shop))
                sent += 1
            except TooManyInvitations:
                break
    assert sent == PER_ADDRESS, "one address, from all shops together"
    clock.move(hours=1, seconds=1)
    sent = 0
    for number in range(PER_SELLER + 5):
        try:
            address = f"pessoa{number}@equipe.example"
            withdraw_invitation(seller_id=seller.id, invitation_id=invite(seller, address), actor=owner_of(seller))
            sent += 1
        except TooManyInvitations:
            break
    assert sent == PER_SELLER
