"""``astra supervisor``: the only program that starts bots."""

from importlib import import_module

from astra.core.project.programs.django_up import set_up


def main(argv: list[str]) -> int:
    """Runs the supervisor of stage instances."""
    set_up()
    return int(import_module("astra.core.journey.instances.supervisor.program").main(argv) or 0)
