"""``make journey``: the first sale by itself, one line a step, a report at the end."""

import argparse
import contextlib
import os
import sys
import time
import traceback
from pathlib import Path

from tests.journey.guild import Person
from tests.journey.plan_steps import walk_plan
from tests.journey.sign_in import SIGN_IN
from tests.journey.steps import STEPS, Journey, sell_again
from tests.journey.team import invite_member
from tests.journey.visitor import Visitor
from tests.journey.world import ROOT, World
from tests.support.docker_daemon import MISSING, NoEngine, load_image, running
from tests.support.report import Figure, figure, median, percentile, print_table, write_report

ENGINES = ("local", "none", "pool", "docker", "kubernetes")
# Of a cluster that a person lends (docs/operations/kubernetes.md); the proxy leads to this machine's loopback.
LENT = ("ASTRA_KUBERNETES_CONFIG", "ASTRA_BOT_IMAGE", "ASTRA_KUBERNETES_PROXY")
# The first sale, then what stands beside it; the second factor last, for from there on the seller confirms by code.
WALK = [*STEPS, ("invite a member", invite_member), *SIGN_IN]
OPERATOR, OPERATOR_PASSWORD = "olga@astra.example", "outra senha bem longa"


def main() -> int:
    """Walks; returns 1 when a step fails or a goal is missed."""
    parser = argparse.ArgumentParser(prog="make journey", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="local")
    parser.add_argument("--sales", type=int, default=50, help="sales timed after the ten steps")
    parser.add_argument("--home", type=Path, default=ROOT / "build" / "journey")
    parser.add_argument("--report", default="journey")
    options = parser.parse_args()
    begun = float(os.environ.get("ASTRA_JOURNEY_BEGUN") or time.time())
    with contextlib.ExitStack() as stack:
        settings: dict[str, str] = {}
        if options.engine == "docker":
            try:
                address = stack.enter_context(running())
                settings = {"ASTRA_DOCKER_HOST": address, "ASTRA_BOT_IMAGE": load_image(address)}
            except NoEngine as error:
                print(f"{MISSING}: {error} Nothing was started.", file=sys.stderr)
                return 1
        if options.engine == "kubernetes":
            settings = {name: os.environ.get(name, "") for name in LENT}
            if missing := [name for name, value in settings.items() if not value]:
                print(f"No cluster: {', '.join(missing)} not set (docs/operations/kubernetes.md). Nothing was started.", file=sys.stderr)
                return 1
        return run(World(options.home, engine=options.engine, settings=settings), options, begun)


def run(world: World, options: argparse.Namespace, begun: float) -> int:
    """The journey in a world of its own; what ``main`` returns."""
    figures: list[Figure] = []
    failed = False
    try:
        figures.append(figure("start to ready", round(world.start(), 1), "s"))
        journey = Journey(world, options.engine, Visitor(world.addresses["portal"]), Visitor(world.addresses["portal"]))
        prepare_operator(world, journey.operator, options.engine)
        failed = walk(journey, figures, begun)
        if not failed:
            measure(journey, figures, options.sales)
            failed = walk_plan(journey, figures)
    except Exception:
        traceback.print_exc()
        failed = True
    finally:
        world.stop()
    print()
    print_table(figures)
    print(f"\nReport: {write_report(options.report, figures).relative_to(ROOT)}")
    return 1 if failed or not all(one["holds"] for one in figures) else 0


def prepare_operator(world: World, visitor: Visitor, engine: str) -> None:
    """The operator is made by command line, signs in by the page, sets the demo's policy and sells the way to run in the trial."""
    world.run("operator", OPERATOR, text=OPERATOR_PASSWORD + "\n")
    visitor.open("/conta/login/")
    visitor.send("login", login=OPERATOR, password=OPERATOR_PASSWORD)
    visitor.open("/admin/politica/")
    visitor.send("hold_days", hold_days="0", key_cooldown_hours="0", minimum_minor="1,00", fee_minor="0,00")
    if engine not in ("none", "local"):
        visitor.open("/admin/planos/termos/?code=trial")
        visitor.send("engines", engines=["none", "local", engine])


def walk(journey: Journey, figures: list[Figure], begun: float) -> bool:
    """The steps; True when one failed (the ones after it are not tried)."""
    failed = False
    for number, (name, step) in enumerate(WALK, 1):
        label = f"{number:2}. {name}"
        if failed:
            print(f"{label:28} not reached")
            figures.append(figure(f"step {number}: {name}", "not reached", goal="done", holds=False))
            continue
        started = time.monotonic()
        try:
            seen = step(journey)
        except Exception as error:
            failed = True
            print(f"{label:28} FAILED after {time.monotonic() - started:.1f} s: {error}", flush=True)
            traceback.print_exc()
            figures.append(figure(f"step {number}: {name}", "failed", goal="done", holds=False))
            continue
        seconds = time.monotonic() - started
        print(f"{label:28} {seconds:6.2f} s  {seen}", flush=True)
        figures.append(figure(f"step {number}: {name}", round(seconds, 2), "s", "done"))
        if number == 8:
            figures.append(figure("clone to first sale (downloads included when they were needed)", round(time.time() - begun, 1), "s"))
    return failed


def measure(journey: Journey, figures: list[Figure], sales: int) -> None:
    """Paid-to-delivered over many sales, click-to-answer, memory."""
    journey.paid_to_delivered.clear()
    sell_again(journey, sales)
    people: list[Person] = [one for one in journey.facts.values() if isinstance(one, Person)]
    clicks = [ms for person in people for ms in person.answer_ms]
    p50, p95 = median(journey.paid_to_delivered), percentile(journey.paid_to_delivered, 0.95)
    answer = percentile(clicks, 0.95)
    if sales:
        figures.append(figure(f"paid to delivered, p50 of {sales} sales", round(p50, 2), "s", "< 2 s", p50 < 2))
        figures.append(figure("paid to delivered, p95", round(p95, 2), "s", "< 10 s", p95 < 10))
    figures.append(figure(f"click to answer, p95 of {len(clicks)} clicks", round(answer), "ms", "< 300 ms", answer < 300))
    for name, size in journey.world.memory().items():
        figures.append(figure(f"memory of {name}", size, "MiB"))


if __name__ == "__main__":
    sys.exit(main())
