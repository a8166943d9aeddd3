"""What every tenant table carries in the database: composite keys and forced row security."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint


class TenantForeignKey(BaseConstraint):
    """``FOREIGN KEY (seller_id, x_id) REFERENCES other (seller_id, id)``: a row can point only at its own seller's rows."""

    def __init__(self, *, name: str, field: str, violation_error_message: Any = None) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field = field

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return self.create_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        # Deferred to the end of the migration, however it comes into it (with its table, or by AddConstraint): the other table, or
        # the key of it that this one points at, may not be there yet.
        schema_editor.deferred_sql.append(self._statement(model, schema_editor))

    def _statement(self, model: Any, schema_editor: Any) -> Statement:
        field = model._meta.get_field(self.field)
        target = field.remote_field.model
        if isinstance(target, str):
            target = apps.get_model(target)
        quote = schema_editor.quote_name
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (seller_id, %(column)s)"
            " REFERENCES %(target)s (seller_id, id) DEFERRABLE INITIALLY IMMEDIATE",
            table=quote(model._meta.db_table),
            name=quote(self.name),
            column=quote(field.column),
            target=quote(target._meta.db_table),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return schema_editor._delete_constraint_sql(schema_editor.sql_delete_fk, model, self.name)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database checks it; a second query here would only be a race."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        return path, tuple(args), kwargs

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TenantForeignKey):
            return self.name == other.name and self.field == other.field
        return NotImplemented

    __hash__ = BaseConstraint.__hash__


class RowSecurity(BaseConstraint):
    """FORCE row-level security: everybody, the owner too, sees the acted-for seller's rows; the system role reads all."""

    policy = (
        "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY; ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY; "
        "CREATE POLICY seller ON %(table)s USING (seller_id = (SELECT nullif(current_setting('app.seller', true), '')::uuid));"
        "CREATE POLICY system_reads ON %(table)s FOR SELECT TO astra_system USING (true)"
    )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(self.policy, table=schema_editor.quote_name(model._meta.db_table))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "DROP POLICY seller ON %(table)s; DROP POLICY system_reads ON %(table)s;"
            " ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY; ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY",
            table=schema_editor.quote_name(model._meta.db_table),
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database checks it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.name == other.name

    __hash__ = BaseConstraint.__hash__


def constraint_name(table: str, suffix: str) -> str:
    """A constraint name within PostgreSQL's 63 characters."""
    return f"{table[: 62 - len(suffix)]}_{suffix}"


def tenant_constraints(model: type[models.Model]) -> list[BaseConstraint]:
    """The constraints that every tenant model carries, made from its fields."""
    table = model._meta.db_table
    found: list[BaseConstraint] = [
        models.UniqueConstraint(fields=["seller_id", "id"], name=constraint_name(table, "seller_id_key")),
        RowSecurity(name=constraint_name(table, "row_security")),
    ]
    for field in model._meta.local_fields:
        if getattr(field, "checked_by_tenant_key", False):
            found.append(TenantForeignKey(name=constraint_name(table, f"{field.name}_tenant_fk"), field=field.name))
    return found
