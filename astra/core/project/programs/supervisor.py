"""``astra supervisor``: the only program that starts bots."""

import time
from importlib import import_module

from astra.core.project.programs.django_up import set_up
from astra.core.project.programs.safe_start import refuse_unsafe_start

END_SECONDS = 20


def main(argv: list[str]) -> int:
    """Runs the supervisor of stage instances; ``--end-bots`` ends the bots instead, when the whole installation stops."""
    set_up()
    if "--end-bots" not in argv:  # ending is always allowed
        refuse_unsafe_start()
    if argv == ["--end-bots"]:
        return 0 if end_bots() else 1
    return int(import_module("astra.core.journey.instances.supervisor.program").main(argv) or 0)


def end_bots() -> bool:
    """Ends every copy of every engine of this installation; what is wanted of them stays as it is. Whether all are gone."""
    from astra.core.integrations.engines.engine import engine, engines_with_processes

    deadline = time.monotonic() + END_SECONDS
    left = True
    while left and time.monotonic() < deadline:
        left = False
        for name in engines_with_processes():
            chosen = engine(name)
            gone = [chosen.stop(instance_id) for instance_id in list(chosen.known())]  # all are asked, then weighed
            left = left or not all(gone)
        if left:
            time.sleep(0.2)
    for name in engines_with_processes():
        engine(name).end_strays()
    return not left
