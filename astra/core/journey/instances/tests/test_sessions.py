"""G18: forged, expired or replayed credentials are worthless; an old generation is told so."""

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.check_session import SessionRefused, SessionSuperseded, check_session
from astra.core.journey.instances.actions.open_session import open_session
from astra.core.journey.instances.actions.renew_session import renew_session
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.models import RuntimeSession, StartTicket
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.sweeps import sweep_credentials
from astra.core.journey.instances.tests.cast import CANARY, change, make_instance, make_ticket, open_bot, public_key, row
from astra.protocol.signing import MICROSECONDS, SESSION_HEADER, SIGNATURE_HEADER, STAMP_HEADER, encode, opening_text

PATH, BODY = "/runtime/heartbeats", b'{"state":"online","reason":""}'
MEMBER = Actor("member", "1")


@pytest.fixture
def bot(seller):
    return open_bot(seller.id, make_instance(seller.id))


def check(headers, method="POST", path=PATH, body=BODY):
    return check_session(headers, method, path, body)


def refused(headers, code, **changed):
    with pytest.raises(SessionRefused) as caught:
        check(headers, **changed)
    assert caught.value.code == code
    assert caught.value.status == 401


def test_a_ticket_opens_a_session_that_says_who_it_is(seller, bot):
    facts = check(bot.headers("POST", PATH, BODY))
    assert (facts.seller_id, facts.instance_id, facts.session_id) == (seller.id, bot.opened.instance_id, bot.opened.session_id)
    assert bot.opened.bot_token.reveal() == CANARY
    assert CANARY not in repr(bot.opened)
    lasts = bot.opened.expires_at - bot.opened.now
    assert lasts == datetime.timedelta(minutes=15)


def test_a_ticket_is_good_once(seller):
    instance_id = make_instance(seller.id)
    ticket = make_ticket(seller.id, instance_id)
    open_bot(seller.id, instance_id, ticket)
    with pytest.raises(SessionRefused) as caught:
        open_bot(seller.id, instance_id, ticket)
    assert caught.value.code == "ticket"


def test_a_used_ticket_is_refused_by_its_row_even_while_its_route_stands(seller):
    from astra.core.foundation.tenancy.route import add_route
    from astra.core.journey.instances.actions.open_session import ticket_hash

    instance_id = make_instance(seller.id)
    ticket = make_ticket(seller.id, instance_id)
    open_bot(seller.id, instance_id, ticket)
    add_route(kind="ticket", key=ticket_hash(ticket), seller_id=seller.id, instance_id=instance_id)
    with pytest.raises(SessionRefused) as caught:
        open_bot(seller.id, instance_id, ticket)
    assert caught.value.code == "ticket"


def test_a_late_unknown_or_old_ticket_is_refused(seller):
    instance_id = make_instance(seller.id)
    for ticket in (make_ticket(seller.id, instance_id, seconds=-0.1), "never-made"):
        with pytest.raises(SessionRefused) as caught:
            open_bot(seller.id, instance_id, ticket)
        assert caught.value.code == "ticket"
    ticket = make_ticket(seller.id, instance_id)
    restart_instance(seller_id=seller.id, instance_id=instance_id, actor=MEMBER)
    with pytest.raises(SessionSuperseded):
        open_bot(seller.id, instance_id, ticket)


def test_only_the_hash_of_a_ticket_is_kept(seller):
    instance_id = make_instance(seller.id)
    ticket = make_ticket(seller.id, instance_id)
    with acting_for(seller.id):
        kept = StartTicket.objects.get()
    assert ticket not in str(vars(kept))


def test_who_opens_must_hold_the_key_it_names(seller):
    instance_id = make_instance(seller.id)
    mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    ticket = make_ticket(seller.id, instance_id)
    text = opening_text(ticket=ticket, public_key=public_key(mine))
    for named, signature in (
        (public_key(mine), encode(other.sign(text))),
        (public_key(other), encode(mine.sign(text))),
        ("", ""),
        ("é", "é"),
        (encode(b"short"), encode(mine.sign(text))),
    ):
        with pytest.raises(SessionRefused) as caught:
            open_session(ticket=Secret(ticket), public_key=named, signature=signature)
        assert caught.value.code == "signature"
    assert open_bot(seller.id, instance_id, ticket).opened.instance_id == instance_id  # no failed attempt used it up


def test_a_signature_is_good_for_its_own_request_only(bot):
    headers = bot.headers("POST", PATH, BODY)
    refused(headers, "signature", method="GET")
    refused(headers, "signature", path="/runtime/guild-events")
    refused(headers, "signature", path=PATH + "?x=1")
    refused(headers, "signature", body=BODY + b" ")
    refused({**headers, STAMP_HEADER: str(int(headers[STAMP_HEADER]) + 1)}, "signature")
    check(headers)


def test_a_request_is_good_once(bot):
    headers = bot.headers("POST", PATH, BODY)
    check(headers)
    refused(headers, "replayed")
    check(bot.headers("POST", PATH, BODY))


def test_a_forged_key_is_refused(bot):
    bot.key = Ed25519PrivateKey.generate()
    refused(bot.headers("POST", PATH, BODY), "signature")


@pytest.mark.parametrize("headers", [
    {},
    {SESSION_HEADER: "x", STAMP_HEADER: "1", SIGNATURE_HEADER: "x"},
    {SESSION_HEADER: "01937c7e-0000-7000-8000-000000000001", STAMP_HEADER: "1", SIGNATURE_HEADER: "x"},
    {SESSION_HEADER: "01937c7e000070008000000000000001", STAMP_HEADER: "1", SIGNATURE_HEADER: "x"},
    {SESSION_HEADER: "01937c7e-0000-7000-8000-000000000001", STAMP_HEADER: "-5", SIGNATURE_HEADER: "x"},
    {SESSION_HEADER: "01937c7e-0000-7000-8000-000000000001", STAMP_HEADER: "9" * 40, SIGNATURE_HEADER: "x"},
    {SESSION_HEADER: "01937c7e-0000-7000-8000-000000000001", STAMP_HEADER: "٣", SIGNATURE_HEADER: "x"},
])  # fmt: skip
def test_nonsense_is_unknown(db, headers):
    refused(headers, "unknown")


def test_malformed_signatures_are_only_wrong(bot):
    headers = bot.headers("POST", PATH, BODY)
    for wrong in ("", "é", "a", "=" * 10, "A" * 5000, headers[SIGNATURE_HEADER][:-2], headers[SIGNATURE_HEADER] + "AA"):
        refused({**headers, SIGNATURE_HEADER: wrong}, "signature")


def test_an_expired_session_is_worthless_and_cannot_be_renewed(seller, bot):
    facts = check(bot.headers("POST", PATH, BODY))
    with acting_for(seller.id):
        RuntimeSession.objects.update(expires_at=real_instant())
    refused(bot.headers("POST", PATH, BODY), "expired")
    with pytest.raises(SessionSuperseded):
        renew_session(facts)
    refused(bot.headers("POST", PATH, BODY), "expired")


def test_renewal_lasts_fifteen_minutes_more(seller, bot):
    with acting_for(seller.id):
        RuntimeSession.objects.update(expires_at=real_instant() + datetime.timedelta(seconds=20))
    until, now = renew_session(check(bot.headers("POST", PATH, BODY)))
    assert until - now == datetime.timedelta(minutes=15)
    assert check(bot.headers("POST", PATH, BODY)).expires_at == until


@pytest.mark.parametrize("minutes", [-60, -2, 2, 60])
def test_a_stamp_of_another_time_is_refused_and_told_the_time(bot, minutes):
    stamp = bot.stamp() + minutes * 60 * MICROSECONDS
    with pytest.raises(SessionRefused) as caught:
        check(bot.headers("POST", PATH, BODY, stamp=stamp))
    told = caught.value.answer()
    assert told["error"] == "clock"
    # An honest bot whose host's clock is off goes on with the time it was told.
    check(bot.headers("POST", PATH, BODY, stamp=told["now"]))


def test_the_products_clock_opens_and_closes_nothing(bot, clock):
    clock.move(days=8)
    check(bot.headers("POST", PATH, BODY))
    clock.move(days=-30)
    check(bot.headers("POST", PATH, BODY))


def test_an_older_generation_is_superseded(seller, bot):
    restart_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)
    with pytest.raises(SessionSuperseded) as caught:
        check(bot.headers("POST", PATH, BODY))
    assert (caught.value.status, caught.value.answer()) == (409, {"error": "superseded"})


def test_a_second_session_of_a_generation_ends_the_first(seller, bot):
    open_bot(seller.id, bot.opened.instance_id)
    with pytest.raises(SessionSuperseded):
        check(bot.headers("POST", PATH, BODY))


def test_superseded_is_told_to_the_holder_of_the_key_only(seller, bot):
    restart_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)
    bot.key = Ed25519PrivateKey.generate()
    refused(bot.headers("POST", PATH, BODY), "signature")


def test_a_stopped_instance_lets_no_ticket_in(seller):
    instance_id = make_instance(seller.id)
    ticket = make_ticket(seller.id, instance_id)
    stop_instance(seller_id=seller.id, instance_id=instance_id, actor=MEMBER)
    with pytest.raises(SessionSuperseded):
        open_bot(seller.id, instance_id, ticket)


def test_old_credentials_are_swept_and_living_ones_are_not(seller, bot):
    living = open_bot(seller.id, make_instance(seller.id))
    check(bot.headers("POST", PATH, BODY))
    with acting_for(seller.id):
        old = real_instant() - datetime.timedelta(minutes=61)
        RuntimeSession.objects.filter(id=bot.opened.session_id).update(expires_at=old)
        StartTicket.objects.filter(instance_id=bot.opened.instance_id).update(expires_at=old)
    assert sweep_credentials() == 2
    refused(bot.headers("POST", PATH, BODY), "unknown")
    check(living.headers("POST", PATH, BODY))
    assert sweep_credentials() == 0


def test_instances_of_a_dead_session_keep_their_state(seller, bot):
    change(seller.id, bot.opened.instance_id, seen_state="online")
    with acting_for(seller.id):
        RuntimeSession.objects.update(expires_at=real_instant())
    refused(bot.headers("POST", PATH, BODY), "expired")
    assert row(seller.id, bot.opened.instance_id).seen_state == "online"
