"""Prints the invariants that are violated in the installation of this environment, as JSON."""

import json
import sys

from astra.core.project.programs.django_up import set_up


def main() -> int:
    """One line of JSON: name → number of rows."""
    set_up()
    from astra.core.foundation.invariants import violations

    print(json.dumps({name: len(rows) for name, rows in violations().items() if rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
