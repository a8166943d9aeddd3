"""``astra supervisor``: the only program that starts bots."""

from importlib import import_module

from astra.core.project.programs.django_up import set_up
from astra.core.project.programs.safe_start import refuse_unsafe_start


def main(argv: list[str]) -> int:
    """Runs the supervisor of stage instances; ``--end-bots`` ends the bots instead, when the whole installation stops.

    The stage itself ends them, for it also writes down that they were ended on purpose: the next start tells no seller of a failure.
    """
    set_up()
    if "--end-bots" not in argv:  # ending is always allowed
        refuse_unsafe_start()
    return int(import_module("astra.core.journey.instances.supervisor.program").main(argv) or 0)
