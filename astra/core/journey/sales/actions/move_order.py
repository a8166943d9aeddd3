"""The one way in which the commercial side of an order changes."""

import json
import uuid
from typing import Any

from django.db import connection
from django.db.models import F

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Move, WrongMove, next_commercial


def lock_order(order_id: uuid.UUID) -> Order:
    """The order, locked until the transaction ends. Raises NotFound."""
    order = Order.objects.select_for_update(no_key=True).filter(id=order_id).first()
    if order is None:
        raise NotFound
    return order


def move_order(
    order: Order,
    move: Move,
    *,
    actor: Actor,
    kind: str,
    facts: dict[str, Any] | None = None,
    key: str | None = None,
    **changes: Any,
) -> None:
    """Moves a locked order and writes the step into its timeline, in the caller's transaction.

    ``changes`` are other columns to write with it. Raises WrongMove for a move that the state does not allow, or when
    somebody else changed the order since it was read.
    """
    target = next_commercial(order.commercial, move)
    change_order(order, commercial=target, **changes)
    note_step(order, kind=kind, actor=actor, facts=facts, key=key)


def change_order(order: Order, **changes: Any) -> None:
    """Writes columns of an order with its version checked and raised. Raises WrongMove when it was changed meanwhile."""
    written = Order.objects.filter(id=order.id, version=order.version).update(version=F("version") + 1, **changes)
    if not written:
        raise WrongMove(f"The order {order.id} was changed by somebody else.")
    order.version += 1
    for name, value in changes.items():
        setattr(order, name, value)


def note_step(
    order: Order,
    *,
    kind: str,
    actor: Actor,
    facts: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Adds a step to the timeline of an order; a step with a key is added once. Returns whether it is new."""
    with connection.cursor() as cursor:  # by hand: ``place`` is the database's own to give
        cursor.execute(
            "INSERT INTO sales_order_event (id, seller_id, order_id, kind, key, actor_kind, actor_id, facts)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT ON CONSTRAINT sales_order_event_once DO NOTHING",
            [new_id(), order.seller_id, order.id, kind, key, actor.kind, actor.id, json.dumps(facts or {})],
        )
        return bool(cursor.rowcount)
