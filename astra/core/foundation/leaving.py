"""What each part of the product gives along, asks for and forgets when a seller leaves. Filled by the project's wiring."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

Row = dict[str, Any]
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export: ``name`` without ending, what it is about in words, its rows as they are asked for."""

    name: str
    about: "str | Promise"
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a seller cannot leave yet, in words, and the name of the route where that is done."""

    label: str
    text: "str | Promise"
    where: str = ""
    button: "str | Promise" = ""


Export = Callable[[uuid.UUID, bool], Iterable[Part]]
Erase = Callable[[uuid.UUID], None]
Hindrances = Callable[[uuid.UUID], list[Hindrance]]
WindDown = Callable[[uuid.UUID], bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """What one part of the product does when a seller leaves. Each runs inside the seller's block, but ``wind_down``.

    ``export(seller_id, with_secrets)`` gives its files; secrets only where they are the seller's goods and were asked for.
    ``hindrances`` says what is in the way. ``wind_down`` ends what runs outside and says whether it has ended: it is asked again until
    it has. ``erase`` removes what is personal; what the law wants kept stays, and what was sealed goes with the seller's key.
    """

    name: str
    export: Export | None = None
    erase: Erase | None = None
    hindrances: Hindrances | None = None
    wind_down: WindDown | None = None


_stages: dict[str, Stage] = {}


def connect(stages: Iterable[Stage]) -> None:
    """Takes the table of stages, in the order of the journey. Called once, by the project."""
    _stages.clear()
    _stages.update({stage.name: stage for stage in stages})


def leaving_stages() -> list[Stage]:
    """Every stage that takes part, in the order of the journey."""
    return list(_stages.values())


def rows_of(
    model: type[models.Model], *, hide: Iterable[str] = (), more: "Callable[[Any], Row] | None" = None, **only: Any
) -> Iterator[Row]:
    """The rows of the seller in force as plain values, oldest first. Bytes are never shown, nor what ``hide`` names."""
    hidden = {"seller_id", *hide}
    names = [
        field.attname
        for field in model._meta.local_concrete_fields
        if field.attname not in hidden and not isinstance(field, models.BinaryField)
    ]
    for row in model._default_manager.filter(**only).order_by("pk").iterator(chunk_size=AT_ONCE):
        shown = {name: plain(getattr(row, name)) for name in names}
        yield {**shown, **more(row)} if more else shown


def plain(value: Any) -> Any:
    """A value as JSON has it: times in UTC as ISO 8601, ids as text."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value
