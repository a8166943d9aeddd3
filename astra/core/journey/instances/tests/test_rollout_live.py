"""A rollout by the supervisor itself, with a real bot."""

import io
import json
import tarfile
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from docker import APIClient

from astra.core.foundation.audit import Actor
from astra.core.integrations.engines.docker_network import network_name
from astra.core.integrations.engines.docker_spec import INSTALLATION
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.installation import installation_mark
from astra.core.journey.accounts.actions.set_allowance import set_allowance
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


@pytest.fixture
def containers(stage: Stage, docker_host: str, bot_image: str, settings: Any) -> Iterator[APIClient]:
    """The tests' container engine, with bots of the stage's installation in it."""
    settings.ASTRA_ENGINES = ["none", "docker"]
    settings.ASTRA_DOCKER_HOST, settings.ASTRA_BOT_IMAGE = docker_host, bot_image
    settings.ASTRA_DOCKER_NETWORK, settings.ASTRA_BOT_CPU_PERCENT = "host", 100
    client = APIClient(base_url=docker_host, version="auto", timeout=60)
    set_allowance(
        seller_id=stage.seller.id,
        plan_name="Docker",
        sells_until=None,
        max_instances=3,
        max_products=1,
        max_members=1,
        fee_basis_points=0,
        engines=["docker"],
    )
    yield client
    for one in client.containers(all=True, filters={"label": f"{INSTALLATION}={installation_mark()}"}):
        client.remove_container(one["Id"], force=True)


@pytest.fixture
def images(containers: APIClient, bot_image: str) -> Iterator[tuple[str, str]]:
    """The same bot as another image, and one in which there is no bot."""
    made = containers.create_container(bot_image, command=["x"])
    newer = str(containers.commit(made["Id"], conf={"Labels": {"version": uuid.uuid4().hex}})["Id"])
    containers.remove_container(made["Id"])
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(uuid.uuid4().hex))
    broken = str(json.loads(containers.import_image_from_data(archive.getvalue()))["status"])
    yield newer, broken
    for copy in containers.containers(all=True, filters={"label": f"{INSTALLATION}={installation_mark()}"}):
        containers.remove_container(copy["Id"], force=True)
    for image in (newer, broken):
        containers.remove_image(image, force=True)


def image_of(containers: APIClient, instance_id: uuid.UUID) -> str:
    return str(containers.inspect_container(network_name(installation_mark(), instance_id))["Image"])


def test_a_version_in_containers_reaches_all_and_a_broken_one_none_for_long(
    stage: Stage, containers: APIClient, images: tuple[str, str], bot_image: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(program, "ROLL_EVERY_SECONDS", 0.0)
    assert engine("docker").has_processes
    bots = [stage.connect("docker") for _ in range(2)]
    for instance_id, _ in bots:
        stage.until_online(instance_id)
        assert image_of(containers, instance_id) == bot_image
    good, broken = images
    begin_rollout(release=good, actor=Actor("operator", "1"), settle_seconds=0)
    stage.until(lambda: Rollout.objects.get().state == "done", seconds=60)
    assert [image_of(containers, instance_id) for instance_id, _ in bots] == [good, good]
    begin_rollout(release=broken, actor=Actor("operator", "1"), settle_seconds=0)
    stage.until(lambda: Rollout.objects.latest("pk").state == "halted", seconds=60)
    stage.until(lambda: all(stage.row(instance_id).release == "" for instance_id, _ in bots), seconds=60)
    for instance_id, bot in bots:
        stage.until_online(instance_id)
        assert (image_of(containers, instance_id), stage.presence(bot)["online"]) == (good, True)
    assert Rollout.objects.latest("pk").reason == "process_not_started"
