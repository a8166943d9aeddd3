"""``astra rollout sha256:…``: brings a version of the bot to every instance, the early channel first; halts; says how far it is."""

import argparse
import uuid

from astra.core.project.programs.django_up import set_up


def main(argv: list[str]) -> int:
    """Begins a rollout, halts one, puts an instance into a channel, or (without words) says how far the newest one is.

    The supervisor does the steps; one that fails halts and is taken back by itself.
    """
    parser = argparse.ArgumentParser(prog="astra rollout", description=__doc__)
    parser.add_argument("release", nargs="?", help="the image with its digest (engines docker, kubernetes), or any mark (local, pool)")
    parser.add_argument("--settle-seconds", type=int, help="how long an instance runs well before the next ones follow (30)")
    parser.add_argument("--halt", action="store_true", help="halts the one under way; who has the version goes back")
    parser.add_argument("--early", metavar="INSTANCE", type=uuid.UUID, help="puts an instance into the early channel")
    parser.add_argument("--stable", metavar="INSTANCE", type=uuid.UUID, help="puts an instance back into the stable channel")
    options = parser.parse_args(argv)
    set_up()
    from astra.core.foundation.audit import Actor
    from astra.core.foundation.failure import Failure, NotFound
    from astra.core.journey.instances.actions.begin_rollout import SETTLE_SECONDS, begin_rollout, halt_rollout
    from astra.core.journey.instances.actions.choose_channel import choose_channel

    actor = Actor("operator", "console")
    try:
        for channel, instance_id in (("early", options.early), ("stable", options.stable)):
            if instance_id:
                choose_channel(instance_id=instance_id, channel=channel, actor=actor)
        if options.halt and not halt_rollout(reason="by hand"):
            print("No version is on its way. Nothing was changed.")
            return 1
        if options.release:
            seconds = SETTLE_SECONDS if options.settle_seconds is None else options.settle_seconds
            begin_rollout(release=options.release, actor=actor, settle_seconds=seconds)
    except NotFound:
        print("There is no such instance. Nothing was changed.")
        return 1
    except Failure as failure:
        print(failure.text)
        return 1
    print(_words())
    return 0


def _words() -> str:
    from astra.core.journey.instances.release import rollout_progress

    progress = rollout_progress()
    if progress is None:
        return "No version was rolled out yet: every start gets the one at hand."
    text = f"{progress.release}: {progress.state}"
    if progress.state == "rolling":
        text += f", {progress.has_it} have it, {progress.waiting} wait"
    return text + (f" ({progress.reason})" if progress.reason else "")
