"""The few look-ups that turn an outside key into a seller. Global, and without secrets."""

import uuid
from dataclasses import dataclass

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id


class Route(models.Model):
    """Leads from a key of the outside (a Discord application, a charge reference, a user) to a seller."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=200)
    seller_id = models.UUIDField()
    instance_id = models.UUIDField(null=True)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=AstraNow())

    class Meta:
        app_label = "foundation"
        db_table = "foundation_route"
        constraints = [models.UniqueConstraint(fields=["kind", "key", "seller_id"], name="foundation_route_key")]


@dataclass(frozen=True, slots=True)
class RouteHit:
    """Where a key leads."""

    seller_id: uuid.UUID
    instance_id: uuid.UUID | None
    object_id: uuid.UUID | None


def add_route(
    *,
    kind: str,
    key: str,
    seller_id: uuid.UUID,
    instance_id: uuid.UUID | None = None,
    object_id: uuid.UUID | None = None,
) -> None:
    """Writes a route in the caller's transaction; the same key for the same seller is written once (latest target wins)."""
    Route.objects.update_or_create(kind=kind, key=key, seller_id=seller_id, defaults={"instance_id": instance_id, "object_id": object_id})


def drop_route(*, kind: str, key: str, seller_id: uuid.UUID | None = None) -> None:
    """Forgets a key, for one seller or (None) for all."""
    rows = Route.objects.filter(kind=kind, key=key)
    (rows if seller_id is None else rows.filter(seller_id=seller_id)).delete()


def find_routes(kind: str, key: str) -> list[RouteHit]:
    """Every seller that a key leads to, oldest first."""
    rows = Route.objects.filter(kind=kind, key=key).order_by("id").values_list("seller_id", "instance_id", "object_id")
    return [RouteHit(*row) for row in rows]


def find_route(kind: str, key: str) -> RouteHit | None:
    """The one place a key leads to (the oldest), or None."""
    return next(iter(find_routes(kind, key)), None)
