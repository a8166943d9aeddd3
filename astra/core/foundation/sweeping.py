"""Going through what a sweep found, so that one row that cannot be helped does not keep all others waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

Row = TypeVar("Row")


def one_by_one(rows: Iterable[Row], deed: Callable[[Row], int | bool]) -> int:
    """Does the deed for every row and returns the sum of what it answered.

    The first failure is raised when all others had their turn: the worker logs it, and the next sweep tries again. A database that
    is not there is no row's fault: its failure is raised at once.
    """
    done, failure = 0, None
    for row in rows:
        try:
            done += deed(row)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            failure = failure or problem
    if failure is not None:
        raise failure
    return done
