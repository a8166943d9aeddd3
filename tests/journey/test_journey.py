"""The journey as a test: every engine walks the same steps, on an installation of their own."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.report import REPORTS, percentile


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ["none", "local", "docker"])
def test_the_first_sale(engine, request):
    from tests.journey.__main__ import WALK
    from tests.journey.world import ROOT

    if engine == "docker":
        request.getfixturevalue("bot_image")  # skips, loudly, where there is no engine
    name = f"journey-test-{engine}-{os.environ.get('ASTRA_TEST_DB', 'main')}"
    command = [sys.executable, "-m", "tests.journey", "--engine", engine, "--sales", "2", "--report", name]
    # A server that the tests were given is not the journey's: an installation gives the server's roles passwords of its own.
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command += ["--home", str(ROOT / "build" / name)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)
    figures = json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))
    steps = [one for one in figures if one["name"].startswith("step ")]
    assert len(steps) == len(WALK) >= 12, done.stdout + done.stderr
    assert all(one["holds"] for one in steps), done.stdout + done.stderr
    plan = [one for one in figures if one["name"].startswith("plan: ")]
    assert len(plan) == 5, done.stdout + done.stderr
    assert all(one["holds"] for one in plan), done.stdout + done.stderr


def test_a_percentile_is_the_nearest_rank():
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([], 0.95) == 0
