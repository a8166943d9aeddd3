"""Every table: whose it is, and what the database itself refuses."""

import pytest
from django.apps import apps
from django.db import connection

from astra.core.foundation.tenancy.models import TenantModel

# Tables of nobody: people and their sign-in, look-ups without secrets, what comes in from outside, the queue, and settings of the operator.
GLOBAL_TABLES = {
    "accounts_attempt",
    "accounts_posted_letter",
    "accounts_user",
    "account_emailaddress",
    "account_emailconfirmation",
    "billing_invoice_counter",
    "billing_plan",
    "billing_policy",
    "django_content_type",
    "django_migrations",
    "django_session",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "foundation_cache",
    "foundation_clock",
    "foundation_inbox_event",
    "foundation_refused_call",
    "foundation_route",
    # A version of the bot goes to the bots of all sellers.
    "instances_rollout",
    "mfa_authenticator",
    "payments_statement_cursor",
    "socialaccount_socialaccount",
    # Allauth's; both stay empty: the application is a setting, and no token is kept.
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "usersessions_usersession",
    "wallet_policy",
}
PREFIXES_OF_LIBRARIES = ("procrastinate_",)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_table_belongs_to_a_seller_or_is_named_as_global(db):
    tables = {
        name for (name,) in rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")
    }
    with_seller = {
        name
        for (name,) in rows("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'seller_id'")
    }
    unnamed = {name for name in tables - with_seller - GLOBAL_TABLES if not name.startswith(PREFIXES_OF_LIBRARIES)}
    assert not unnamed, "give the table a seller_id, or name it in GLOBAL_TABLES and say why"
    assert not with_seller & (GLOBAL_TABLES - {"foundation_route"})


def test_every_tenant_table_has_forced_row_security_with_both_policies(db):
    found = rows("""
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
               (SELECT array_agg(polname::text ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'seller_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'foundation_route'
    """)
    assert len(found) > 5
    assert not [row for row in found if row[1:] != (True, True, ["seller", "system_reads"])]


def test_every_tenant_table_has_the_composite_key(db):
    found = rows("""
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'seller_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'foundation_route'
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'u'
                          AND pg_get_constraintdef(k.oid) = 'UNIQUE (seller_id, id)')
    """)
    assert not found


def test_no_foreign_key_between_tenant_tables_forgets_the_seller(db):
    found = rows("""
        SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k
        WHERE k.contype = 'f'
          AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = k.conrelid AND attname = 'seller_id' AND NOT attisdropped)
          AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = k.confrelid AND attname = 'seller_id' AND NOT attisdropped)
          AND NOT pg_get_constraintdef(k.oid) LIKE 'FOREIGN KEY (seller\\_id, %'
    """)
    assert not found


def test_no_unique_constraint_of_a_tenant_table_forgets_the_seller(db):
    found = rows("""
        SELECT k.conrelid::regclass::text, pg_get_constraintdef(k.oid) FROM pg_constraint k
        WHERE k.contype = 'u' AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = k.conrelid AND attname = 'seller_id' AND NOT attisdropped)
          AND pg_get_constraintdef(k.oid) NOT LIKE '%seller\\_id%'
        UNION ALL
        SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indisunique AND NOT i.indisprimary
          AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = i.indrelid AND attname = 'seller_id' AND NOT attisdropped)
          AND pg_get_indexdef(i.indexrelid) NOT LIKE '%seller\\_id%'
    """)
    assert not found


def test_the_product_owns_nothing_and_bypasses_nothing(db):
    assert (
        rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'astra\\_%' AND rolname <> 'astra_root' AND (rolsuper OR rolbypassrls)") == []
    )
    assert (
        rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) = 'astra_app'") == []
    )


# The deliberate doors, both triggers: posting moves the materialised balances, and an item's step writes its history; the product's own
# role may write neither.
WITH_OWNERS_RIGHTS = {"ledger_post_entry", "catalog_stock_item_imported", "catalog_stock_item_moved"}


def test_no_function_runs_with_its_owners_rights_by_accident(db):
    found = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%'"
    )
    assert {name for (name,) in found} == WITH_OWNERS_RIGHTS


@pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if issubclass(model, TenantModel)], ids=lambda model: model._meta.db_table
)
def test_relations_between_tenant_tables_use_the_tenant_key(model):
    simple = [
        field.name
        for field in model._meta.local_fields
        if field.is_relation and issubclass(field.related_model, TenantModel) and not getattr(field, "is_tenant_key", False)
    ]
    assert not simple
