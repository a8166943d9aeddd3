"""Row security as the product's role meets it."""

import pytest
from django.db import connection

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.jobs import UnknownJob, enqueue
from astra.core.foundation.tenancy.acting import NoSeller, OtherSeller, acting_for, as_system, bound_to
from astra.core.journey.accounts.models import Seller


def test_the_role_of_the_product_is_neither_owner_nor_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls, pg_get_userbyid(relowner) FROM pg_roles, pg_class"
            " WHERE rolname = current_user AND relname LIKE 'accounts_sell_r'"
        )
        assert cursor.fetchone() == ("astra_app", False, "astra_owner")


def test_a_seller_sees_only_its_own_rows(seller, other_seller):
    with acting_for(seller.id):
        assert [row.id for row in Seller.objects.all()] == [seller.id]
    with acting_for(other_seller.id):
        assert not Seller.objects.filter(id=seller.id).exists()


def test_a_row_of_another_seller_cannot_be_written(seller, other_seller):
    from django.db import transaction
    from django.db.utils import ProgrammingError

    with acting_for(seller.id):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            AuditRow.objects.create(seller_id=other_seller.id, actor_kind="x", actor_id="", verb="x", object_kind="x", object_id="x")
        assert Seller.objects.filter(id=other_seller.id).update(name="mine now") == 0


def test_outside_a_block_a_tenant_table_raises(seller):
    with pytest.raises(NoSeller):
        Seller.objects.count()


def test_another_seller_inside_a_block_is_refused(seller, other_seller):
    with acting_for(seller.id), pytest.raises(OtherSeller), acting_for(other_seller.id):
        pass
    with bound_to(seller.id), pytest.raises(OtherSeller), acting_for(other_seller.id):
        pass


def test_a_nested_block_ends_without_losing_the_outer_one(seller):
    with acting_for(seller.id):
        with acting_for(seller.id):
            pass
        assert Seller.objects.count() == 1
    with pytest.raises(NoSeller):
        Seller.objects.count()


def test_the_value_does_not_outlive_the_block(seller):
    with acting_for(seller.id):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.seller', true)")
        assert cursor.fetchone()[0] in ("", None)


def test_an_exception_after_a_write_leaves_nothing(seller):
    with pytest.raises(RuntimeError), acting_for(seller.id):
        Seller.objects.update(name="half done")
        raise RuntimeError
    with acting_for(seller.id):
        assert Seller.objects.get().name == "Loja da Lara"


def test_the_system_reads_all_and_writes_nothing(seller, other_seller):
    from django.db import transaction
    from django.db.utils import ProgrammingError

    with as_system():
        assert {seller.id, other_seller.id} <= set(Seller.objects.values_list("id", flat=True))
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Seller.objects.update(name="x")


def test_audit_rows_are_history(seller):
    from django.db import transaction
    from django.db.utils import ProgrammingError

    with acting_for(seller.id):
        assert AuditRow.objects.count() == 1
        for statement in ("UPDATE foundation_audit_row SET verb = 'x'", "DELETE FROM foundation_audit_row"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(statement)


def test_a_job_nobody_declared_is_a_programming_error(seller):
    with pytest.raises(UnknownJob):
        enqueue("nobody.declared", seller_id=seller.id)


def test_a_key_may_be_added_before_the_key_it_points_at(django_db_blocker, own_database):
    """As makemigrations writes it when two tables point at each other: AddConstraint of one, then UNIQUE of the other."""
    from django.db import connections, models
    from django.db.migrations.operations import AddConstraint, CreateModel
    from django.db.migrations.state import ProjectState

    from astra.core.foundation.tenancy.constraints import TenantForeignKey

    def table(name, **fields):
        columns = [("id", models.UUIDField(primary_key=True)), ("seller_id", models.UUIDField()), *fields.items()]
        return CreateModel(name, columns, {"db_table": f"tried_{name.lower()}"})

    relation = models.ForeignKey("foundation.Target", models.PROTECT, db_constraint=False)
    unique = models.UniqueConstraint(fields=["seller_id", "id"], name="tried_target_key")
    steps = [
        table("Target"),
        table("Pointer", target=relation),
        AddConstraint("pointer", TenantForeignKey(name="tried_pointer_fk", field="target")),
        AddConstraint("target", unique),
    ]
    with django_db_blocker.unblock():
        state = ProjectState()
        with connections["owner"].schema_editor() as editor:
            for step in steps:
                after = state.clone()
                step.state_forwards("foundation", after)
                step.database_forwards("foundation", editor, state, after)
                state = after
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'tried_pointer_fk'")
            assert cursor.fetchone()[0].startswith("FOREIGN KEY (seller_id, target_id) REFERENCES tried_target(seller_id, id)")
