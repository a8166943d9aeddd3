"""``make guarantees``: the longer proofs, every point of the sale; writes build/reports/guarantees.json."""

import os
import sys
import time

import pytest

from tests.support.report import Figure, figure, print_table, write_report


class Results:
    """Collects what pytest says of each proof."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One line a proof."""
        if report.when == "call" or (report.when == "setup" and not report.passed):
            name = report.nodeid.split("::")[-1].removeprefix("test_").replace("_", " ")
            self.figures.append(figure(name, f"{report.outcome} in {report.duration:.0f} s", goal="passed", holds=report.passed))


def main() -> int:
    """Runs the ring with every point; returns pytest's code."""
    os.environ["ASTRA_EVERY_POINT"] = "1"
    results = Results()
    started = time.monotonic()
    code = pytest.main(["-m", "guarantee", "-q", *sys.argv[1:]], plugins=[results])
    results.figures.append(figure("whole run", round(time.monotonic() - started), "s"))
    print_table(results.figures)
    write_report("guarantees", results.figures)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
