"""``kubernetes`` under test: the official client against the double of a cluster, stand-ins as processes; or, when one is lent, against
a real cluster, stand-ins as pods (docs/operations/kubernetes.md)."""

import os
import signal
import uuid
from pathlib import Path
from typing import Any

import docker

from astra.core.integrations.engines import kubernetes
from astra.core.integrations.engines.docker_spec import PYTHON
from astra.core.integrations.engines.installation import installation_mark
from astra.core.integrations.engines.kubernetes import KubernetesEngine
from astra.core.integrations.engines.kubernetes_spec import INSTALLATION, name_of
from astra.core.integrations.engines.port import Engine
from tests.contracts.engines.local import At
from tests.contracts.engines.stand_in import program
from tests.support.kubernetes_api import ClusterInTest

# The stand-in reads stdin; here the ticket lies in a file.
FROM_FILE = "import sys\nsys.stdin = open(sys.argv[sys.argv.index('--ticket-file') + 1])\n"
IMAGE = "sha256:" + "0" * 64
# A kubeconfig of the supervisor's service account, the bot's image by its digest, and the container engine of the one node.
LENT, LENT_IMAGE, LENT_NODE = "ASTRA_TEST_KUBERNETES", "ASTRA_TEST_KUBERNETES_IMAGE", "ASTRA_TEST_KUBERNETES_NODE"


class KubernetesInTest:
    """One cluster per test."""

    name = "kubernetes"
    has_processes = True
    patience_seconds = 0.5

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
        self.cluster = ClusterInTest()
        self.home, self._settings = tmp_path, settings
        settings.ASTRA_HOME = str(tmp_path)
        settings.ASTRA_BOT_IMAGE = IMAGE
        settings.ASTRA_KUBERNETES_CONFIG = self.cluster.config(tmp_path)
        monkeypatch.setattr(kubernetes, "PATIENCE_SECONDS", self.patience_seconds)
        monkeypatch.setattr(kubernetes, "KILL_SECONDS", 0)

    def supervisor(self, behaviour: str = "sleeps") -> KubernetesEngine:
        """An adapter that knows nothing but what the cluster tells it."""
        return KubernetesEngine(("python3", "-c", FROM_FILE + program(behaviour)))

    def elsewhere(self) -> Engine:
        """Another installation in the same namespace."""
        return At(str(self.home / "other"), self._settings, self.supervisor())

    def kill(self, instance_id: uuid.UUID) -> None:
        """SIGKILL to the pod's process."""
        for name, pod in list(self.cluster.pods.items()):
            if instance_id.hex in name and pod.process is not None:
                os.kill(pod.process.pid, signal.SIGKILL)

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """As a supervisor that dies at once."""
        chosen = {name: getattr(self._settings, name) for name in ("ASTRA_HOME", "ASTRA_BOT_IMAGE", "ASTRA_KUBERNETES_CONFIG")}
        return _starting_program(instance_id, chosen, "python3")

    def close(self) -> None:
        """Ends the cluster; nothing that was sent to it may have been refused."""
        self.cluster.close()
        assert self.cluster.refused == []


class LentClusterInTest:
    """A real cluster that a person lends: each test is an installation of its own in the namespace."""

    name = "kubernetes"
    has_processes = True
    patience_seconds = kubernetes.PATIENCE_SECONDS  # a cluster takes a second or two to end a pod that listens

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
        self.home, self._settings = tmp_path, settings
        settings.ASTRA_HOME = str(tmp_path)
        settings.ASTRA_BOT_IMAGE, settings.ASTRA_KUBERNETES_CONFIG = os.environ[LENT_IMAGE], os.environ[LENT]
        self._mark = installation_mark()

    def supervisor(self, behaviour: str = "sleeps") -> KubernetesEngine:
        """An adapter that knows nothing but what the cluster tells it."""
        return KubernetesEngine((PYTHON, "-c", FROM_FILE + program(behaviour)))

    def elsewhere(self) -> Engine:
        """Another installation in the same namespace."""
        return At(str(self.home / "other"), self._settings, self.supervisor())

    def kill(self, instance_id: uuid.UUID) -> None:
        """SIGKILL, by the node: nobody inside can kill the first process, and the supervisor's Role enters no pod."""
        node = docker.APIClient(base_url=os.environ[LENT_NODE], version="auto")
        pods = self.supervisor()._pods(instance_id)
        for one in node.containers(filters={"label": f"io.kubernetes.pod.uid={pods[0]['metadata']['uid']}"}):
            if one["Labels"]["io.kubernetes.container.name"] == "bot":
                node.kill(one["Id"], "SIGKILL")

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """As a supervisor that dies at once."""
        chosen = {name: getattr(self._settings, name) for name in ("ASTRA_HOME", "ASTRA_BOT_IMAGE", "ASTRA_KUBERNETES_CONFIG")}
        return _starting_program(instance_id, chosen, PYTHON)

    def close(self) -> None:
        """Deletes what this test made."""
        self._settings.ASTRA_HOME = str(self.home)
        runner = self.supervisor()
        for instance_id in list(runner.known()):
            runner._apps().delete_namespaced_deployment(
                name_of(instance_id), runner._namespace(), propagation_policy="Background", grace_period_seconds=0
            )
        for pod in runner._listed("pod", f"{INSTALLATION}={self._mark}"):
            runner._core().delete_namespaced_pod(pod["metadata"]["name"], runner._namespace(), grace_period_seconds=0)


def _starting_program(instance_id: uuid.UUID, chosen: dict[str, str], python: str) -> str:
    return (
        "import django, os, uuid\n"
        "django.setup()\n"
        "from django.conf import settings\n"
        f"for name, value in {chosen!r}.items(): setattr(settings, name, value)\n"
        "from astra.core.foundation.sealing.secret import Secret\n"
        "from astra.core.integrations.engines.kubernetes import KubernetesEngine\n"
        "from astra.core.integrations.engines.port import StartOrder\n"
        f"KubernetesEngine(({python!r}, '-c', {FROM_FILE + program('sleeps')!r})).start("
        f"StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
        "print('started', flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )


def kubernetes_in_test(settings: Any, tmp_path: Path, monkeypatch: Any) -> "KubernetesInTest | LentClusterInTest":
    """The cluster that is lent, else the double."""
    return (LentClusterInTest if os.environ.get(LENT) else KubernetesInTest)(settings, tmp_path, monkeypatch)
