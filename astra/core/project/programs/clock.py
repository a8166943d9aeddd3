"""``astra clock +8d``: moves the product's time, in the demo and in tests only."""

import argparse
import datetime
import re

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
        from astra.core.foundation.moving_clock import move_clock

        try:
            move_clock(by)
        except DatabaseError:
            print("This installation's clock cannot be moved: it is neither the demo nor a test. Nothing was changed.")
            return 1
    from astra.core.foundation.clock import current_instant

    print(current_instant().isoformat())
    return 0
