"""What only ``kubernetes`` can promise: what it sends, flag by flag, held against Kubernetes' own schemas and the Role it is given."""

import json
import uuid
from dataclasses import replace

import pytest

from astra.core.integrations.engines import kubernetes, kubernetes_state
from astra.core.integrations.engines.kubernetes_spec import deployment, name_of, secret, secret_name_of
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, EngineAway
from tests.contracts.engines.engine_in_test import TICKET, given, order, until
from tests.contracts.engines.kubernetes import IMAGE, KubernetesInTest
from tests.support.kubernetes_api import granted, manifest, problem_of

MARK = "0123456789abcdef"


@pytest.fixture
def cluster(settings, tmp_path, monkeypatch):
    made = KubernetesInTest(settings, tmp_path, monkeypatch)
    yield made
    made.close()


def pod_of(settings, **changed):
    settings.ASTRA_BOT_IMAGE = IMAGE
    asked = replace(order(), **changed)
    body = deployment(asked, MARK)
    return asked, body, body["spec"]["template"]["spec"]


def test_the_spec_fits_kubernetes_own_schemas(settings):
    asked, body, _ = pod_of(settings)
    assert problem_of(body) == ""
    assert problem_of(secret(asked, MARK, str(uuid.uuid4()))) == ""
    assert problem_of({**body, "spec": {**body["spec"], "replica": 1}}) != ""  # the judge knows a wrong one


def test_every_wall_is_up(settings):
    _, body, pod = pod_of(settings)
    (container,) = pod["containers"]
    assert body["spec"]["replicas"] == 1
    assert body["spec"]["strategy"] == {"type": "Recreate"}
    assert {
        name: pod[name]
        for name in ("automountServiceAccountToken", "enableServiceLinks", "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
    } == dict.fromkeys(
        ("automountServiceAccountToken", "enableServiceLinks", "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"), False
    )
    assert pod["securityContext"] == {"runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"}}  # fmt: skip
    assert container["securityContext"] == {"privileged": False, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}  # fmt: skip
    assert set(container["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
    assert container["env"] == []
    assert container["image"] == IMAGE
    assert [set(one) - {"name"} for one in pod["volumes"]] == [{"secret"}, {"emptyDir"}]
    assert "serviceAccountName" not in pod
    assert "initContainers" not in pod


def test_a_release_is_another_image(settings):
    newer = "registry.example/astra-bot@sha256:" + "b" * 64
    assert pod_of(settings, release=newer)[2]["containers"][0]["image"] == newer


def test_the_ticket_is_in_the_secret_and_nowhere_else(settings):
    asked, body, _ = pod_of(settings)
    assert TICKET not in json.dumps(body)
    made = secret(asked, MARK, "uid-of-the-deployment")
    assert made["stringData"] == {"ticket": TICKET + "\n"}
    assert made["metadata"]["ownerReferences"][0]["uid"] == "uid-of-the-deployment"
    assert made["metadata"]["name"] in json.dumps(body)


def test_an_image_that_could_be_another_tomorrow_is_refused(settings):
    settings.ASTRA_BOT_IMAGE = "astra-bot:latest"
    with pytest.raises(CannotStart) as caught:
        deployment(order(), MARK)
    assert caught.value.reason == "image_missing"


def test_names_are_labels_of_the_dns():
    longest = secret_name_of(uuid.uuid4(), 2**31)
    assert len(longest) <= 63
    assert longest.startswith(name_of(uuid.UUID(int=0))[:10])


def test_the_used_ticket_is_taken_away(cluster, monkeypatch):
    monkeypatch.setattr(kubernetes, "TICKET_KEPT_SECONDS", 0.0)
    runner, asked = cluster.supervisor(), order()
    runner.start(asked)
    assert ("secrets", secret_name_of(asked.instance_id, 1)) in cluster.cluster.objects
    given(runner, asked.instance_id)
    until(lambda: runner.survey() and not [key for key in cluster.cluster.objects if key[0] == "secrets"])
    assert runner.survey() == {asked.instance_id: CopySeen("running", 1)}


def test_a_forgotten_copy_leaves_nothing(cluster):
    runner, asked = cluster.supervisor("ends:21"), order()
    runner.start(asked)
    until(lambda: runner.survey().get(asked.instance_id, ABSENT).state == "ended")
    assert runner.survey() == {asked.instance_id: CopySeen("ended", 1, "token_invalid")}
    runner.forget(asked.instance_id)
    assert cluster.cluster.objects == {}


def test_an_image_that_is_not_there_is_said(cluster):
    cluster.cluster.image_is_missing = True
    runner, asked = cluster.supervisor(), order()
    runner.start(asked)
    until(lambda: runner.look(asked.instance_id) == CopySeen("ended", 1, "image_missing"))


def test_a_cluster_that_is_away_proves_nothing(cluster):
    runner, asked = cluster.supervisor(), order()
    runner.start(asked)
    cluster.cluster.is_away = True
    for ask in (
        lambda: runner.look(asked.instance_id),
        runner.survey,
        lambda: runner.stop(asked.instance_id),
        runner.known,
        runner.end_strays,
    ):
        with pytest.raises(EngineAway):
            ask()
    with pytest.raises(CannotStart) as caught:
        runner.start(order())
    assert caught.value.reason == "engine_unreachable"
    cluster.cluster.is_away = False
    assert runner.look(asked.instance_id) == CopySeen("running", 1)


def test_a_ticket_without_a_deployment_is_swept(cluster):
    runner = cluster.supervisor()
    runner.start(order())
    stray = secret(order(), kubernetes.installation_mark(), str(uuid.uuid4()))
    cluster.cluster.answer("POST", "/api/v1/namespaces/astra-bots/secrets", json.dumps(stray).encode(), "application/json")
    assert runner.end_strays() == 1
    assert runner.end_strays() == 0


def test_the_role_grants_what_is_used_and_no_more(cluster):
    """The double refuses whatever the Role of the manifest does not grant; here: nothing is granted in vain, and nothing is read alone."""
    assert granted() == {
        *(("deployments", verb) for verb in ("create", "list", "patch", "delete")),
        *(("secrets", verb) for verb in ("create", "list", "delete")),
        *(("pods", verb) for verb in ("list", "delete")),
        ("pods/log", "get"),
    }
    assert (
        next(one for one in manifest() if one["kind"] == "Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        == "restricted"
    )
    assert [problem for one in manifest() if (problem := problem_of(one))] == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"state": {"terminated": {"exitCode": 0}}}, "told_to_stop"),
        ({"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}, "oom"),
        ({"state": {"terminated": {"exitCode": 137, "reason": "Error"}}}, "process_killed"),
        ({"state": {"running": {}}, "lastState": {"terminated": {"exitCode": 21}}}, "token_invalid"),
        ({"state": {"waiting": {"reason": "ImagePullBackOff"}}}, "image_missing"),
        ({"state": {"waiting": {"reason": "CreateContainerConfigError"}}}, "process_not_started"),
        ({"state": {"waiting": {"reason": "ContainerCreating"}}}, ""),
        ({"state": {"running": {"startedAt": "2026-11-25T12:00:00Z"}}}, ""),
    ],
)
def test_a_pods_status_in_one_word(status, reason):
    assert kubernetes_state.reason_of_pod([{"status": {"containerStatuses": [status]}}]) == reason


def test_an_evicted_pod_was_killed_and_a_new_one_is_on_its_way():
    assert kubernetes_state.reason_of_pod([{"status": {"phase": "Failed", "reason": "Evicted"}}]) == "process_killed"
    assert kubernetes_state.reason_of_pod([{"status": {"phase": "Pending"}}]) == ""
    assert kubernetes_state.reason_of_pod([]) == ""
