"""``docker`` under test: real containers of the real specification; only the program in them is a stand-in."""

import uuid
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.errors import NotFound

from astra.core.integrations.engines import docker
from astra.core.integrations.engines.docker import DockerEngine
from astra.core.integrations.engines.docker_network import network_name
from astra.core.integrations.engines.docker_spec import INSTALLATION, PYTHON
from astra.core.integrations.engines.installation import installation_mark
from astra.core.integrations.engines.port import Engine
from tests.contracts.engines.stand_in import program


class DockerInTest:
    """An installation of its own in the tests' engine: networks of its own, a proxy that nobody needs to answer."""

    name = "docker"
    has_processes = True
    patience_seconds = 0.5

    def __init__(self, address: str, image_id: str, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
        settings.ASTRA_HOME = str(tmp_path)
        settings.ASTRA_DOCKER_HOST, settings.ASTRA_BOT_IMAGE = address, image_id
        settings.ASTRA_DOCKER_NETWORK, settings.ASTRA_DOCKER_EGRESS = "own", "host:3128"
        # Nobody waits longer than needed for a shared machine's container to begin.
        settings.ASTRA_BOT_CPU_PERCENT = 100
        self.home, self.settings = tmp_path, settings
        self.address, self.image_id = address, image_id
        self.client = APIClient(base_url=address, version="auto", timeout=60)
        self.marks = [installation_mark()]
        monkeypatch.setattr(docker, "PATIENCE_SECONDS", self.patience_seconds)
        monkeypatch.setattr(docker, "CALL_SECONDS", 60)  # a busy machine is not an absent engine

    def supervisor(self, behaviour: str = "sleeps") -> DockerEngine:
        """An adapter that knows nothing yet."""
        return DockerEngine((PYTHON, "-c", program(behaviour)))

    def elsewhere(self) -> Engine:
        """The engine as seen from another installation's folder."""
        return _Elsewhere(self)  # type: ignore[return-value]

    def kill(self, instance_id: uuid.UUID) -> None:
        """SIGKILL, by the engine."""
        self.client.kill(self.container(instance_id), "SIGKILL")

    def container(self, instance_id: uuid.UUID) -> str:
        """The name of a copy's container."""
        return network_name(self.marks[0], instance_id)

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """As a supervisor that dies at once."""
        chosen = {
            name: getattr(self.settings, name)
            for name in ("ASTRA_HOME", "ASTRA_DOCKER_HOST", "ASTRA_BOT_IMAGE", "ASTRA_DOCKER_NETWORK", "ASTRA_DOCKER_EGRESS")
        }
        return (
            "import django, os, uuid\n"
            "django.setup()\n"
            "from django.conf import settings\n"
            f"for name, value in {chosen!r}.items(): setattr(settings, name, value)\n"
            "from astra.core.foundation.sealing.secret import Secret\n"
            "from astra.core.integrations.engines.docker import DockerEngine\n"
            "from astra.core.integrations.engines.port import StartOrder\n"
            f"DockerEngine(({PYTHON!r}, '-c', {program('sleeps')!r})).start("
            f"StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
            "print('started', flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )

    def close(self) -> None:
        """Removes containers and networks of this test."""
        for mark in self.marks:
            label = {"label": f"{INSTALLATION}={mark}"}
            for one in self.client.containers(all=True, filters=label):
                try:
                    self.client.remove_container(one["Id"], force=True)
                except NotFound:
                    continue
            for one in self.client.networks(filters=label):
                self.client.remove_network(one["Id"])


class _Elsewhere:
    """A DockerEngine under another folder: each call is made with that setting."""

    def __init__(self, at: DockerInTest) -> None:
        self._at, self._engine = at, DockerEngine()

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            here = self._at.settings.ASTRA_HOME
            self._at.settings.ASTRA_HOME = str(self._at.home / "elsewhere")
            try:
                self._at.marks.append(installation_mark())
                found = getattr(self._engine, name)(*given, **named)
                return list(found) if name == "known" else found
            finally:
                self._at.settings.ASTRA_HOME = here

        return call
