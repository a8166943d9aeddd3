"""Letters: in both forms, in the reader's language, sent by a job, lost by nobody, sealed while they wait."""

import smtplib

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext as _

from astra.core.foundation.clock import current_instant
from astra.core.journey.accounts.actions.send_letter import MOST_TRIES, send_letter
from astra.core.journey.accounts.actions.write_letter import write_letter, write_to_address, write_to_owners
from astra.core.journey.accounts.letter import Letter
from astra.core.journey.accounts.models import PostedLetter, User
from astra.core.journey.accounts.sweeps import sweep_letters, sweep_old_letters
from astra.core.journey.accounts.topics import Topic
from tests.support.post import arrived

CANARY = "canário & <b>"


def hello() -> Letter:
    return Letter(_("Security"), [CANARY, "2"], facts=[(_("Plan"), "R$ 1,00")], button=_("Account"), where=reverse("account"))


@pytest.fixture
def waits(monkeypatch):
    """A mail server that answers as told, then takes mail again."""

    def refuse(problem: Exception) -> None:
        def send(self, fail_silently=False):
            raise problem

        monkeypatch.setattr("django.core.mail.EmailMessage.send", send)

    return refuse


def test_a_letter_is_text_and_html_with_whole_addresses(seller, settings):
    settings.ASTRA_PUBLIC_URL = "https://loja.example"
    assert write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    assert not mail.outbox
    (letter,) = arrived()
    ((page, kind),) = letter.alternatives
    assert kind == "text/html"
    assert letter.to == [seller.email]
    assert letter.subject == "Segurança"
    for text in (letter.body, page):
        assert "https://loja.example/conta/" in text
        assert "R$ 1,00" in text
    assert CANARY in letter.body
    assert "canário &amp; &lt;b&gt;" in page
    assert '<html lang="pt-br"' in page
    assert letter.extra_headers["Message-ID"].endswith("@loja.example>")


def test_a_person_reads_the_own_language_and_a_stranger_the_one_given(seller):
    User.objects.filter(id=seller.user_id).update(locale="en")
    write_to_owners(seller_id=seller.id, topic=Topic.PLAN, letter=hello)
    write_to_address(address="novo@loja.example", letter=hello, locale="pt-br")
    first, second = arrived()
    assert (first.subject, second.subject) == ("Security", "Segurança")
    assert "Choose which letters you get" in first.body
    assert "Choose" not in second.body


def test_nobody_gets_what_was_not_wanted_but_security_always_comes(seller):
    User.objects.filter(id=seller.user_id).update(unwanted_letters=[Topic.PLAN, Topic.SECURITY, Topic.ACCOUNT])
    assert not write_letter(user_id=seller.user_id, topic=Topic.PLAN, letter=hello)
    assert write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    assert write_letter(user_id=seller.user_id, topic=Topic.ACCOUNT, letter=hello)
    User.objects.filter(id=seller.user_id).update(is_active=False)
    assert not write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    assert len(arrived()) == 2


def test_one_occasion_writes_one_letter(seller, other_seller):
    assert write_letter(user_id=seller.user_id, topic=Topic.PLAN, letter=hello, key="reminder:1")
    assert not write_letter(user_id=seller.user_id, topic=Topic.PLAN, letter=hello, key="reminder:1")
    assert write_letter(user_id=other_seller.user_id, topic=Topic.PLAN, letter=hello, key="reminder:1")
    assert len(arrived()) == 2


def test_its_words_are_sealed_while_it_waits_and_gone_when_it_went(seller, queue):
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    row = PostedLetter.objects.get()
    assert row.sealed
    assert "can" + "ário" not in row.sealed
    ((arguments),) = queue.jobs("accounts.send_letter")
    assert arguments == {"letter_id": str(row.id)}
    arrived()
    row.refresh_from_db()
    assert row.sealed == ""
    assert row.sent_at is not None
    assert not send_letter(letter_id=row.id)


def test_a_lost_queue_loses_no_letter(seller, queue, clock):
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    queue.forget()
    assert sweep_letters() == 0
    clock.move(minutes=2)
    assert sweep_letters() == 1
    assert len(arrived()) == 1
    assert sweep_letters() == 0


def test_a_server_that_is_away_is_asked_again_and_a_refusal_is_final(seller, clock, waits, monkeypatch):
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    row = PostedLetter.objects.get()
    waits(ConnectionRefusedError())
    assert not send_letter(letter_id=row.id)
    assert not send_letter(letter_id=row.id)
    row.refresh_from_db()
    assert (row.tries, row.problem) == (1, "ConnectionRefusedError")
    assert row.sealed
    monkeypatch.undo()
    clock.move(minutes=3)
    assert send_letter(letter_id=row.id)

    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    row = PostedLetter.objects.get(sent_at=None)
    waits(smtplib.SMTPRecipientsRefused({seller.email: (550, b"no such user")}))
    assert not send_letter(letter_id=row.id)
    row.refresh_from_db()
    assert row.gave_up_at is not None
    assert row.sealed == ""


def test_it_is_given_up_after_many_tries(seller, waits):
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    PostedLetter.objects.update(tries=MOST_TRIES - 1)
    waits(TimeoutError())
    assert not send_letter(letter_id=PostedLetter.objects.get().id)
    assert PostedLetter.objects.get().gave_up_at is not None


def test_whom_letters_went_to_is_forgotten(seller, clock):
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    arrived()
    write_letter(user_id=seller.user_id, topic=Topic.SECURITY, letter=hello)
    clock.move(days=31)
    assert sweep_old_letters() == 1
    assert PostedLetter.objects.get().created_at < current_instant()


def test_links_begin_with_the_sites_address_whatever_the_request_called_it(client, seller, settings):
    settings.ASTRA_PUBLIC_URL = "https://loja.example"
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": seller.email}, headers={"Host": "thief.example"})
    (letter,) = arrived()
    assert "thief" not in letter.body + letter.alternatives[0][0]
    assert "https://loja.example/conta/" in letter.body


def test_a_new_person_is_written_to_in_the_language_of_the_sign_up(client, db):
    client.post(
        reverse("account_signup"),
        {"email": "new@shop.example", "password1": "a quite long password"},
        headers={"Accept-Language": "en"},
    )
    assert User.objects.get().locale == "en"
    assert arrived()[0].subject == "Confirm your e-mail"
