"""The base of every table that belongs to a seller."""

from typing import Any

from django.db import models
from django.db.models.base import ModelBase

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.constraints import tenant_constraints


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]  # Django's field generics are not subscriptable at run time
    """A relation between two tables of the same seller.

    The database's foreign key is the composite one of TenantForeignKey, never Django's simple one. ``checked=False`` makes none: for
    rows that only a trigger of the other table writes, and so many at once that checking each would take longer than writing it.
    """

    is_tenant_key = True

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, *, checked: bool = True, **options: Any) -> None:
        self.checked_by_tenant_key = checked
        options["db_constraint"] = False
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs if self.checked_by_tenant_key else {**kwargs, "checked": False}


class TenantBase(ModelBase):
    """Adds the tenant constraints to each concrete model, so that none can be forgotten."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **options: Any) -> Any:
        model: Any = super().__new__(cls, name, bases, attrs, **options)
        if not model._meta.abstract and model.__module__ != "__fake__" and not model._meta.proxy:
            constraints = [*tenant_constraints(model), *model._meta.constraints]
            model._meta.constraints = constraints
            model._meta.original_attrs["constraints"] = constraints
        return model


class TenantModel(models.Model, metaclass=TenantBase):
    """A row of one seller: UUIDv7 ``id``, ``seller_id``, ``created_at`` by the database's clock.

    Its metaclass adds UNIQUE (seller_id, id), forced row security and a composite foreign key for each TenantKey.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seller_id = models.UUIDField(db_index=False, editable=False)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)

    class Meta:
        abstract = True
