"""``local`` under test: stand-ins as child processes."""

import contextlib
import json
import os
import signal
import uuid
from pathlib import Path
from typing import Any

from astra.core.integrations.engines import local
from astra.core.integrations.engines.local import LocalEngine
from astra.core.integrations.engines.local_record import birth_mark
from astra.core.integrations.engines.port import Engine
from tests.contracts.engines.stand_in import program


class LocalInTest:
    """Records and logs lie in the test's own folder."""

    name = "local"
    has_processes = True
    patience_seconds = 0.5

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
        settings.ASTRA_HOME = str(tmp_path)
        self.home, self._settings = tmp_path, settings
        monkeypatch.setattr(local, "PATIENCE_SECONDS", self.patience_seconds)

    def supervisor(self, behaviour: str = "sleeps") -> LocalEngine:
        """An adapter that is nobody's parent yet."""
        return LocalEngine(("-c", program(behaviour)))

    def elsewhere(self) -> Engine:
        """The engine with another folder."""
        return At(str(self.home / "other"), self._settings, LocalEngine())

    def kill(self, instance_id: uuid.UUID) -> None:
        """SIGKILL to the remembered process."""
        os.kill(self.pid(instance_id), signal.SIGKILL)

    def pid(self, instance_id: uuid.UUID) -> int:
        """The process of a copy."""
        return int(json.loads((self.home / "bots" / f"{instance_id}.json").read_text())["pid"])

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """As a supervisor that dies at once."""
        return (
            "import django, os, uuid\n"
            "django.setup()\n"
            "from django.conf import settings\n"
            f"settings.ASTRA_HOME = {str(self.home)!r}\n"
            "from astra.core.foundation.sealing.secret import Secret\n"
            "from astra.core.integrations.engines.local import LocalEngine\n"
            "from astra.core.integrations.engines.port import StartOrder\n"
            f"LocalEngine(('-c', {program('sleeps')!r})).start("
            f"StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
            "print('started', flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )

    def close(self) -> None:
        """Kills what runs."""
        for path in (self.home / "bots").glob("*.json"):
            told = json.loads(path.read_text())
            if told.get("pid") and birth_mark(told["pid"]) == told.get("born"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(told["pid"], signal.SIGKILL)


class At:
    """An engine of another installation: the folder is a setting, so each call is made under its own."""

    def __init__(self, home: str, settings: Any, engine: Engine) -> None:
        self._home, self._settings, self._engine = home, settings, engine

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            earlier = self._settings.ASTRA_HOME
            self._settings.ASTRA_HOME = self._home
            try:
                found = getattr(self._engine, name)(*given, **named)
                return list(found) if name == "known" else found
            finally:
                self._settings.ASTRA_HOME = earlier

        return call
