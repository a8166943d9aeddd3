"""An export holds everything of one seller and nothing of another; its file is sealed, its time is limited."""

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.urls import reverse

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.failure import NotFound
from astra.core.foundation.leaving import leaving_stages
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.accounts.actions.export_seller import export_seller
from astra.core.journey.accounts.actions.make_export import make_export
from astra.core.journey.accounts.actions.open_export import ExportGone, open_export
from astra.core.journey.accounts.actions.request_export import PER_DAY, TooManyExports, request_export
from astra.core.journey.accounts.exports import exports
from astra.core.journey.accounts.models import Export, ExportPiece
from astra.core.journey.accounts.sweeps import sweep_exports
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from tests.support.post import arrived
from tests.support.things import CPF, make_things

CANARY = "CANARIO-9F3A-de-outra-loja"
OWN = "CHAVE-DA-LARA-0001"

# Tables whose rows are no data of the seller's, and why.
NOT_EXPORTED = {
    "foundation_data_key": "the key itself",
    "accounts_export_piece": "the file that is being made",
    "billing_reminder": "which letters went out: the invoices say what is owed",
    "instances_answer_sample": "how fast a bot answered, in minutes: no word of the seller's or of a buyer's",
    "instances_checkup": "when a bot was looked at last: what was found is exported",
    "instances_runtime_report": "a bot's last lines of log, which name no person",
    "instances_runtime_session": "credentials of a running bot, minutes old",
    "instances_seen_request": "the same",
    "instances_start_ticket": "the same",
    "sales_order_click": "which click was answered: the order's history says what it did",
    "discord_conversation": "tokens of answers to buyers, minutes old",
    "discord_goods_button": "which message of a buyer opens which goods: the delivery's notice is exported",
    "discord_notice": "the same; the delivery's notice is exported",
    "discord_reveal": "the same; the delivery's reveal is exported",
    "discord_taken_interaction": "which click was answered",
}


def actor_of(seller) -> Actor:
    return Actor("member", str(seller.user_id))


def opened(file) -> dict[str, str]:
    with file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def stocked(seller, text: str) -> dict:
    things = make_things(seller)
    variation = product_facts(seller.id, things["product_id"]).variations[0]
    import_stock(seller_id=seller.id, variation_id=variation.id, text=text, actor=actor_of(seller))
    with acting_for(seller.id):
        Export.objects.all().delete()  # the one that make_things asked for
    return things


@pytest.fixture
def two_shops(seller, other_seller):
    return stocked(seller, OWN), stocked(other_seller, CANARY)


def test_every_table_of_a_seller_is_exported_or_named_with_a_reason(seller, monkeypatch):
    asked: set[str] = set()

    def rows_of(model, **_options):
        asked.add(model._meta.db_table)
        return iter(())

    with acting_for(seller.id):
        for stage in leaving_stages():
            if stage.export:
                monkeypatch.setattr(f"{stage.export.__module__}.rows_of", rows_of)
                list(stage.export(seller.id, False))
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    assert tables - asked == set(NOT_EXPORTED)


def test_it_holds_everything_of_the_seller_and_nothing_of_another(seller, other_seller, two_shops):
    mine, theirs = two_shops
    files = opened(export_seller(seller.id, with_secrets=True))
    whole = "\n".join(files.values())
    assert OWN in files["catalog/stock_items.json"]
    assert CPF in files["wallet/wallet_keys.json"]
    assert seller.email in files["accounts/people.json"]
    for name in ("product_id", "order_id", "coupon_id", "publication_id", "invoice_id", "withdrawal_id", "instance_id"):
        assert str(mine[name]) in whole, name
        assert str(theirs[name]) not in whole, name
    assert CANARY not in whole
    assert str(other_seller.id) not in whole
    assert str(other_seller.user_id) not in whole
    assert other_seller.email not in whole
    assert "Outra Loja" not in whole


def test_what_is_secret_is_left_out_unless_it_was_asked_for(seller, two_shops):
    whole = "\n".join(opened(export_seller(seller.id)).values())
    assert OWN not in whole
    assert CPF not in whole
    assert "sealed" not in whole
    assert '"fingerprint"' not in whole
    assert "sealed_token" not in "\n".join(opened(export_seller(seller.id, with_secrets=True)).values())


def test_every_file_is_json_and_the_readme_names_each(seller, two_shops):
    files = opened(export_seller(seller.id))
    readme = files.pop("README.txt")
    assert "Os dados de Loja da Lara" in readme
    for name, text in files.items():
        rows = json.loads(text)
        assert f"{name}  ({len(rows)})" in readme


def test_a_job_makes_it_sealed_and_tells_who_asked(seller, two_shops, queue):
    export_id = request_export(seller_id=seller.id, actor=actor_of(seller), with_secrets=True)
    assert request_export(seller_id=seller.id, actor=actor_of(seller), with_secrets=True) == export_id
    with pytest.raises(ExportGone):
        open_export(seller_id=seller.id, export_id=export_id, actor=actor_of(seller))
    queue.run("accounts.make_export")
    with acting_for(seller.id):
        pieces = b"".join(bytes(piece.sealed) for piece in ExportPiece.objects.all())
        assert b"PK\x03\x04" not in pieces
    file = b"".join(open_export(seller_id=seller.id, export_id=export_id, actor=actor_of(seller)))
    assert OWN in opened(io.BytesIO(file))["catalog/stock_items.json"]
    (letter,) = arrived(seller.email)
    assert letter.subject == "Seus dados estão prontos"
    assert reverse("leaving") in letter.body
    assert OWN not in letter.body
    with acting_for(seller.id):
        verbs = list(AuditRow.objects.filter(object_kind="export").order_by("id").values_list("verb", flat=True))
    assert verbs[-3:] == ["request_export", "make_export", "download_export"]


def test_somebody_elses_export_does_not_exist(seller, other_seller, two_shops, queue):
    export_id = request_export(seller_id=seller.id, actor=actor_of(seller))
    queue.run("accounts.make_export")
    with pytest.raises(NotFound):
        open_export(seller_id=other_seller.id, export_id=export_id, actor=actor_of(other_seller))
    assert not make_export(seller_id=other_seller.id, export_id=export_id)
    assert exports(other_seller.id) == []


def test_its_time_is_limited_and_a_lost_job_is_found(seller, two_shops, queue, clock):
    export_id = request_export(seller_id=seller.id, actor=actor_of(seller))
    queue.forget()
    clock.move(minutes=2)
    assert sweep_exports() == 1
    queue.run("accounts.make_export")
    assert exports(seller.id)[0].is_open
    clock.move(days=2, minutes=1)
    with pytest.raises(ExportGone):
        open_export(seller_id=seller.id, export_id=export_id, actor=actor_of(seller))
    assert sweep_exports() == 1
    assert exports(seller.id)[0].state == Export.GONE
    with acting_for(seller.id):
        assert not ExportPiece.objects.exists()


def test_what_cannot_be_made_ends_after_three_tries(seller, queue, clock, monkeypatch):
    request_export(seller_id=seller.id, actor=actor_of(seller))
    queue.forget()
    monkeypatch.setattr("astra.core.journey.accounts.actions.make_export.export_seller", lambda *_a, **_o: 1 / 0)
    for _number in range(3):
        clock.move(minutes=20)
        sweep_exports()
        with pytest.raises(ZeroDivisionError):
            queue.run("accounts.make_export")
    clock.move(minutes=20)
    sweep_exports()
    assert exports(seller.id)[0].state == Export.FAILED


def test_a_day_has_room_for_five(seller, queue):
    for _number in range(PER_DAY):
        request_export(seller_id=seller.id, actor=actor_of(seller))
        queue.run("accounts.make_export")
    with pytest.raises(TooManyExports):
        request_export(seller_id=seller.id, actor=actor_of(seller))
    request_export(seller_id=seller.id, actor=Actor.system("archive"), keep_days=365)


@pytest.mark.commits
def test_it_is_read_in_one_snapshot(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja da Lara")
    stocked(seller, OWN)
    with export_seller(seller.id, with_secrets=True) as file:
        assert OWN in opened(file)["catalog/stock_items.json"]
