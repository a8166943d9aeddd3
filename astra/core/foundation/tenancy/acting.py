"""Who the database acts for: one seller at a time, or the system's reading role."""

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar

from django.db import connection, transaction

SYSTEM_ROLE = "astra_system"

_acting: ContextVar[uuid.UUID | None] = ContextVar("astra_acting_for", default=None)
_system: ContextVar[bool] = ContextVar("astra_as_system", default=False)
_bound: ContextVar[uuid.UUID | None] = ContextVar("astra_bound_to", default=None)
_reading: ContextVar[bool] = ContextVar("astra_reading", default=False)


class NoSeller(RuntimeError):
    """A tenant table was asked outside ``acting_for``: a programming error, never an empty page."""


class WroteWhileReading(RuntimeError):
    """A tenant's row was written inside ``reading_for``: a programming error."""


class OtherSeller(RuntimeError):
    """A block for another seller was opened inside a seller's block or job."""


def current_seller() -> uuid.UUID:
    """The seller of the open block. Raises NoSeller outside one."""
    seller_id = _acting.get()
    if seller_id is None:
        raise NoSeller("No seller is being acted for here.")
    return seller_id


def is_inside_a_block() -> bool:
    """Whether tenant tables may be asked now."""
    return _acting.get() is not None or _system.get()


@contextlib.contextmanager
def acting_for(seller_id: uuid.UUID | str) -> Iterator[uuid.UUID]:
    """Opens a transaction in which the database shows and accepts rows of one seller only.

    Nesting the same seller is fine (a savepoint); another seller inside it, or inside a job of another seller, raises
    OtherSeller. The earlier value is restored at the end: ``set_config(…, true)`` outlives a nested block by itself.
    """
    seller = seller_id if isinstance(seller_id, uuid.UUID) else uuid.UUID(str(seller_id))
    earlier = _acting.get()
    bound = _bound.get()
    if (earlier is not None and earlier != seller) or (bound is not None and bound != seller):
        raise OtherSeller("This block already acts for another seller.")
    if _system.get():
        raise OtherSeller("A block of the system only reads; close it before acting for a seller.")
    if earlier is not None and _reading.get():
        yield seller  # nothing is written here, so nothing has to be taken back: no savepoint
        return
    with transaction.atomic():
        if earlier is None:
            _set_seller(str(seller))
        token = _acting.set(seller)
        try:
            yield seller
        finally:
            _acting.reset(token)
            if earlier is None and not connection.needs_rollback:
                _clear_seller()


@contextlib.contextmanager
def reading_for(seller_id: uuid.UUID | str) -> Iterator[uuid.UUID]:
    """As ``acting_for``, for the reads of one page: blocks inside it cost no statement of their own.

    Writing a tenant's row in it raises WroteWhileReading. Inside an ``acting_for`` of the same seller it is that block.
    """
    with acting_for(seller_id) as seller:
        token = _reading.set(True)
        try:
            yield seller
        finally:
            _reading.reset(token)


def is_reading() -> bool:
    """Whether the open block only reads."""
    return _reading.get()


@contextlib.contextmanager
def as_system() -> Iterator[None]:
    """Opens a transaction as the role that may read every seller's rows and write none (sweeps, operator's lists)."""
    if _acting.get() is not None:
        raise OtherSeller("A seller's block cannot turn into the system's.")
    if _system.get():
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {SYSTEM_ROLE}")
        token = _system.set(True)
        try:
            yield
        finally:
            _system.reset(token)
            if not connection.needs_rollback:
                with contextlib.suppress(Exception), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL ROLE NONE")


@contextlib.contextmanager
def bound_to(seller_id: uuid.UUID | str | None) -> Iterator[None]:
    """Binds what runs inside (a job) to one seller without opening a transaction: blocks for others raise."""
    seller = None if seller_id is None else uuid.UUID(str(seller_id))
    token = _bound.set(seller)
    try:
        yield
    finally:
        _bound.reset(token)


def _set_seller(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.seller', %s, true)", [value])


def _clear_seller() -> None:
    # When an exception is on its way the savepoint's rollback restores the value anyway, and a broken
    # transaction refuses this statement: both are fine.
    with contextlib.suppress(Exception):
        _set_seller("")
