"""One hardened container per bot. The container is its own record: labels say whose it is, its state says how it ended."""

import contextlib
import datetime
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from requests.exceptions import RequestException

from astra.core.integrations.engines.docker_network import leftover_networks, network_name, remove_network, surroundings
from astra.core.integrations.engines.docker_spec import ENTRYPOINT, GENERATION, INSTALLATION, INSTANCE, container_spec
from astra.core.integrations.engines.installation import bots_folder, installation_mark
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, EngineAway, StartOrder
from astra.protocol.endings import reason_of

PATIENCE_SECONDS = 8.0
CALL_SECONDS = 10
KEPT_LINES = 200
RUNS = ("running", "paused", "restarting")
CONFLICT, SERVER_ERROR = 409, 500
SIGNALLED, KILLED = 128, 137


class DockerEngine:
    """Speaks to one engine (``ASTRA_DOCKER_HOST``). It alone needs the engine's socket; no request of a person gets this far.

    Needs no file of its own: a restarted supervisor reads everything from the engine. Only when a copy was asked to end is not
    written there, so the next supervisor asks it once more. The end of a forgotten copy's log is kept beside the records.
    """

    name = "docker"
    has_processes = True

    def __init__(self, entrypoint: tuple[str, ...] = ENTRYPOINT) -> None:
        self._entrypoint = entrypoint
        self._made: APIClient | None = None
        self._asked_to_end_at: dict[uuid.UUID, float] = {}

    def start(self, order: StartOrder) -> None:
        """Makes the container, stands ready at its stdin, starts it, hands the ticket over. In this order a supervisor that dies
        in between leaves nothing that works: the engine closes stdin for it, and a bot without a ticket ends.

        Raises CannotStart. When the engine went away in the middle a container may be left; the supervisor ends it later.
        """
        try:
            with asked():
                if self._look(order.instance_id).state == "running":
                    raise CannotStart("copy_still_runs")
                self._forget(order.instance_id)
                self._run(order)
        except EngineAway as away:
            raise CannotStart("engine_unreachable") from away
        except APIError as error:
            raise CannotStart("process_not_started") from error

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """What the engine says of the container. Raises EngineAway."""
        with asked():
            return self._look(instance_id)

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """One question for all; a second one for each that ended, whose exit code the list does not have. Raises EngineAway."""
        found: dict[uuid.UUID, CopySeen] = {}
        with asked():
            for one in self._client().containers(all=True, filters={"label": f"{INSTALLATION}={installation_mark()}"}):
                with contextlib.suppress(ValueError, KeyError):
                    instance_id = uuid.UUID(one["Labels"][INSTANCE])
                    runs = one["State"] in RUNS
                    found[instance_id] = CopySeen("running", int(one["Labels"].get(GENERATION, 0))) if runs else self._look(instance_id)
        return {instance_id: seen for instance_id, seen in found.items() if seen != ABSENT}

    def stop(self, instance_id: uuid.UUID) -> bool:
        """SIGTERM; SIGKILL once it had its time. Whether it is gone. Raises EngineAway."""
        with asked():
            if self._look(instance_id).state != "running":
                self._asked_to_end_at.pop(instance_id, None)
                return True
            asked_at = self._asked_to_end_at.get(instance_id)
            if asked_at is None:
                self._asked_to_end_at[instance_id] = time.monotonic()
                self._signal(instance_id, "SIGTERM")
            elif time.monotonic() - asked_at >= PATIENCE_SECONDS:
                self._signal(instance_id, "SIGKILL")
            return self._look(instance_id).state != "running"

    def forget(self, instance_id: uuid.UUID) -> None:
        """Removes an ended container and its network; keeps the end of its log. Raises EngineAway."""
        with asked():
            self._forget(instance_id)

    def known(self) -> Iterator[uuid.UUID]:
        """Instances that have a container, running or not. Raises EngineAway."""
        with asked():
            return iter(self._known())

    def end_strays(self) -> int:
        """Removes networks whose container was never made. Raises EngineAway."""
        with asked():
            mark, now = installation_mark(), datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
            strays = list(leftover_networks(self._client(), mark, set(self._known()), now))
            for instance_id in strays:
                remove_network(self._client(), mark, instance_id)
            return len(strays)

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """The last lines of the container, or those kept of the last one. Raises EngineAway."""
        with asked():
            try:
                return self._log(instance_id, lines)
            except NotFound:
                with contextlib.suppress(FileNotFoundError):
                    return self._kept_log(instance_id).read_text(encoding="utf-8").splitlines()[-lines:]
                return []

    def _run(self, order: StartOrder) -> None:
        client = self._client()
        around = surroundings(client, installation_mark(), order.instance_id)
        name = self._name(order.instance_id)
        try:
            client.create_container_from_config(container_spec(order, around, self._entrypoint), name)
        except ImageNotFound:
            raise CannotStart("image_missing") from None
        except APIError as error:
            if error.status_code == CONFLICT:
                raise CannotStart("copy_still_runs") from error
            raise
        try:
            with contextlib.closing(client.attach_socket(name, params={"stdin": 1, "stream": 1})) as pipe:
                client.start(name)
                line: socket.socket = getattr(pipe, "_sock", pipe)  # the library wraps a unix socket in a reader
                line.sendall(order.ticket.reveal().encode() + b"\n")
                line.shutdown(socket.SHUT_WR)
        except (APIError, OSError) as error:
            with contextlib.suppress(NotFound):
                client.remove_container(name, force=True)
            raise CannotStart("process_not_started") from error

    def _look(self, instance_id: uuid.UUID) -> CopySeen:
        try:
            found = self._client().inspect_container(self._name(instance_id))
        except NotFound:
            return ABSENT
        state, generation = found["State"], int(found["Config"]["Labels"].get(GENERATION, 0))
        if state["Status"] in RUNS:
            return CopySeen("running", generation)
        return CopySeen("ended", generation, reason_of_state(state))

    def _forget(self, instance_id: uuid.UUID) -> None:
        client, name = self._client(), self._name(instance_id)
        seen = self._look(instance_id)
        if seen.state == "running":
            return
        if seen.state == "ended":
            with contextlib.suppress(NotFound):
                kept = self._kept_log(instance_id)
                kept.touch(mode=0o600)
                kept.write_text("\n".join(self._log(instance_id, KEPT_LINES)) + "\n", encoding="utf-8")
            try:
                client.remove_container(name, v=True)
            except NotFound:
                pass
            except APIError as error:
                if error.status_code != CONFLICT:  # being removed already
                    raise
        remove_network(client, installation_mark(), instance_id)
        self._asked_to_end_at.pop(instance_id, None)

    def _known(self) -> list[uuid.UUID]:
        found = []
        for one in self._client().containers(all=True, filters={"label": f"{INSTALLATION}={installation_mark()}"}):
            with contextlib.suppress(ValueError, KeyError):
                found.append(uuid.UUID(one["Labels"][INSTANCE]))
        return sorted(found)

    def _signal(self, instance_id: uuid.UUID, signal: str) -> None:
        try:
            self._client().kill(self._name(instance_id), signal)
        except NotFound:
            pass
        except APIError as error:
            if error.status_code != CONFLICT:  # not running any more
                raise

    def _log(self, instance_id: uuid.UUID, lines: int) -> list[str]:
        raw: bytes = self._client().logs(self._name(instance_id), tail=lines)
        return raw.decode("utf-8", "replace").splitlines()[-lines:]

    def _client(self) -> APIClient:
        """Made when it is first needed: an engine that is away must not keep the supervisor from starting."""
        if self._made is None:
            self._made = APIClient(base_url=settings.ASTRA_DOCKER_HOST, version="auto", timeout=CALL_SECONDS)
        return self._made

    @staticmethod
    def _name(instance_id: uuid.UUID) -> str:
        return network_name(installation_mark(), instance_id)

    @staticmethod
    def _kept_log(instance_id: uuid.UUID) -> Any:
        return bots_folder() / f"{instance_id}.log"


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """Turns "the engine does not answer" into EngineAway; what it answers passes."""
    try:
        yield
    except APIError as error:
        if error.status_code is not None and error.status_code < SERVER_ERROR:
            raise
        if error.status_code is not None and error.explanation:
            raise  # it answered, with a reason: the container's trouble, not the engine's absence
        raise EngineAway(None, engine="docker") from error
    except (DockerException, RequestException) as error:
        raise EngineAway(None, engine="docker") from error


def reason_of_state(state: dict[str, Any]) -> str:
    """The word for how a container ended: its exit code is the bot's own where the bot ended itself."""
    code = int(state.get("ExitCode") or 0)
    if state["Status"] == "created":
        return "process_not_started"
    if state.get("OOMKilled") and code == KILLED:
        return "oom"
    return reason_of(SIGNALLED - code if code > SIGNALLED else code)
