"""``astra clock +8d``: moves the product's time, in the demo and in tests only."""

import argparse
import contextlib
import datetime
import re

import httpx

from astra.core.project.programs.django_up import set_up

STEP = re.compile(r"([+-])(\d+)([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def main(argv: list[str]) -> int:
    """Moves ``astra_now()`` by the given step, or shows it. The database refuses it outside demo and test."""
    parser = argparse.ArgumentParser(prog="astra clock", description=__doc__)
    parser.add_argument("step", nargs="?", help="+8d, +20m, -1h")
    options = parser.parse_args(argv)
    set_up()
    from django.db import DatabaseError

    if options.step:
        match = STEP.fullmatch(options.step)
        if not match:
            parser.error("a step looks like +8d, +20m or -1h")
        sign, count, unit = match.groups()
        by = datetime.timedelta(**{UNITS[unit]: int(count)}) * (1 if sign == "+" else -1)
        from django.conf import settings

        try:
            if settings.ASTRA_ENVIRONMENT not in ("demo", "test"):
                raise DatabaseError  # the database would say the same
            move_clock(by)
        except DatabaseError:
            print("This installation's clock cannot be moved: it is neither the demo nor a test. Nothing was changed.")
            return 1
    from astra.core.foundation.clock import current_instant

    print(current_instant().isoformat())
    return 0


def move_clock(by: datetime.timedelta) -> datetime.timedelta:
    """Adds to the database's offset and returns the sum; the sandboxes are set to the same, as far as they run."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_clock SET offset_by = offset_by + %s::interval RETURNING offset_by", [f"{by.total_seconds()} seconds"]
        )
        total: datetime.timedelta = cursor.fetchone()[0]
    for address in (settings.ASTRA_DISCORD_SITE, settings.ASTRA_SANDBOX_PAYMENTS_URL):
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{address}/_sandbox/clock", json={"offset_seconds": int(total.total_seconds())}, timeout=5)
    return total
