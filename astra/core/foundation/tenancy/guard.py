"""A query on a tenant table outside a block raises, instead of finding nothing and looking like an empty shop."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.signals import connection_created

from astra.core.foundation.tenancy.acting import NoSeller, WroteWhileReading, is_inside_a_block, is_reading
from astra.core.foundation.tenancy.models import TenantModel

READS_OR_WRITES = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@cache
def _tenant_tables() -> re.Pattern[str]:
    names = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    return re.compile(r"\b(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b" if names else r"(?!)")


def refuse_without_seller(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper: lets statements through inside a block, refuses tenant tables outside one."""
    if not is_inside_a_block() and apps.ready:
        text = sql if isinstance(sql, str) else str(sql)
        if READS_OR_WRITES.match(text) and (hit := _tenant_tables().search(text)):
            raise NoSeller(f"{hit.group(1)} was asked outside acting_for or as_system.")
    if is_reading() and WRITES.match(sql if isinstance(sql, str) else str(sql)):
        raise WroteWhileReading("A block that reads was asked to write.")
    return execute(sql, params, many, context)


def install() -> None:
    """Puts the guard on the product's connection, now and for every thread to come. The owner's connection is for
    migrations only and goes without."""
    connection_created.connect(_guard_connection, dispatch_uid="astra.tenancy.guard")
    if connections["default"].connection is not None:
        _guard_connection(sender=None, connection=connections["default"])


def _guard_connection(sender: Any, connection: Any, **_: Any) -> None:
    if connection.alias == "default" and refuse_without_seller not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_without_seller)
