"""``kubernetes`` under test: the official client against the double of a cluster, stand-ins as processes."""

import os
import signal
import uuid
from pathlib import Path
from typing import Any

from astra.core.integrations.engines import kubernetes
from astra.core.integrations.engines.kubernetes import KubernetesEngine
from astra.core.integrations.engines.port import Engine
from tests.contracts.engines.local import At
from tests.contracts.engines.stand_in import program
from tests.support.kubernetes_api import ClusterInTest

# The stand-in reads stdin; here the ticket lies in a file.
FROM_FILE = "import sys\nsys.stdin = open(sys.argv[sys.argv.index('--ticket-file') + 1])\n"
IMAGE = "sha256:" + "0" * 64


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
        return (
            "import django, os, uuid\n"
            "django.setup()\n"
            "from django.conf import settings\n"
            f"settings.ASTRA_HOME = {str(self.home)!r}\n"
            f"settings.ASTRA_BOT_IMAGE = {IMAGE!r}\n"
            f"settings.ASTRA_KUBERNETES_CONFIG = {self._settings.ASTRA_KUBERNETES_CONFIG!r}\n"
            "from astra.core.foundation.sealing.secret import Secret\n"
            "from astra.core.integrations.engines.kubernetes import KubernetesEngine\n"
            "from astra.core.integrations.engines.port import StartOrder\n"
            f"KubernetesEngine(('python3', '-c', {FROM_FILE + program('sleeps')!r})).start("
            f"StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
            "print('started', flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )

    def close(self) -> None:
        """Ends the cluster; nothing that was sent to it may have been refused."""
        self.cluster.close()
        assert self.cluster.refused == []
