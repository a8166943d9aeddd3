"""A rollout by the supervisor itself, with a real bot."""

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.instances.actions.begin_rollout import begin_rollout
from astra.core.journey.instances.models import Rollout
from astra.core.journey.instances.release import rollout_progress
from astra.core.journey.instances.supervisor import program
from astra.core.journey.instances.tests.stage import Stage

pytestmark = [pytest.mark.commits]


def test_the_supervisor_brings_a_version_to_a_running_bot(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(program, "ROLL_EVERY_SECONDS", 0.0)
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    earlier = stage.record(instance_id).pid
    begin_rollout(release="2", actor=Actor("operator", "1"), settle_seconds=0)
    stage.until(lambda: Rollout.objects.get().state == "done")
    stage.until(lambda: stage.row(instance_id).release == "")
    assert stage.record(instance_id).pid != earlier
    assert (stage.state(instance_id), stage.presence(bot)["online"]) == ("online", True)
    progress = rollout_progress()
    assert progress is not None
    assert (progress.release, progress.state) == ("2", "done")
