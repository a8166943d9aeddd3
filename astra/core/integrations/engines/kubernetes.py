"""One Deployment per instance in a cluster, through the official client: for installations that outgrow one machine.

The Deployment keeps what must be known of a copy: its generation as a label and, once it is over, the reason as an annotation.
"""

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings

from astra.core.integrations.engines.docker_spec import ENTRYPOINT
from astra.core.integrations.engines.installation import installation_mark
from astra.core.integrations.engines.kubernetes_spec import (
    GENERATION,
    INSTALLATION,
    INSTANCE,
    REASON,
    deployment,
    name_of,
    secret,
    secret_name_of,
)
from astra.core.integrations.engines.kubernetes_state import has_left_its_ticket, is_over, reason_of_pod, runs
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, EngineAway, StartOrder

if TYPE_CHECKING:
    from kubernetes.client import AppsV1Api, CoreV1Api

PATIENCE_SECONDS = 8.0
CALL_SECONDS = 5.0
KILL_SECONDS = 1
# So long after its container began to run, a copy has used its ticket or never will (it is worth nothing after two minutes).
TICKET_KEPT_SECONDS = 20.0
NOT_FOUND, CONFLICT, SERVER_ERROR, TOO_MANY = 404, 409, 500, 429
MERGE = "application/merge-patch+json"

Json = dict[str, Any]


class KubernetesEngine:
    """Half-started: a Deployment whose Secret was never made waits for it until the start's deadline ends it. A copy that ends is
    scaled to none as soon as it is seen, for the cluster would start it again with a ticket that was used."""

    name = "kubernetes"
    has_processes = True

    def __init__(self, entrypoint: tuple[str, ...] = ENTRYPOINT) -> None:
        self._entrypoint = entrypoint
        self._made: tuple[AppsV1Api, CoreV1Api] | None = None
        self._asked_to_end_at: dict[uuid.UUID, float] = {}
        self._tickets_gone: set[tuple[uuid.UUID, int]] = set()

    def start(self, order: StartOrder) -> None:
        """The Deployment first, then the Secret that its pod waits for and that belongs to it: no ticket is ever left alone."""
        try:
            if self.look(order.instance_id).state == "running":
                raise CannotStart("copy_still_runs")
            self.forget(order.instance_id)
            self._run(order)
        except EngineAway as away:
            raise CannotStart("engine_unreachable") from away

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """What the cluster says of the Deployment and its pod. Raises EngineAway."""
        found = self._find(instance_id)
        return ABSENT if found is None else self._seen(found, self._pods(instance_id))

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """Two questions: all Deployments, all pods. Raises EngineAway."""
        pods: dict[str, list[Json]] = {}
        for pod in self._listed("pod", self._selector()):
            pods.setdefault(pod["metadata"]["labels"].get(INSTANCE, ""), []).append(pod)
        found = {}
        for one in self._listed("deployment", self._selector()):
            with contextlib.suppress(ValueError, KeyError):
                instance = one["metadata"]["labels"][INSTANCE]
                found[uuid.UUID(instance)] = self._seen(one, pods.get(instance, []))
        return found

    def stop(self, instance_id: uuid.UUID) -> bool:
        """Scales to none, which asks the bot to end; has it killed once it had its time. Whether it is gone. Raises EngineAway."""
        found = self._find(instance_id)
        if found is None:
            return True
        pods = self._pods(instance_id)
        if not pods and not found["spec"].get("replicas"):
            self._asked_to_end_at.pop(instance_id, None)
            return True
        self._take_away_the_dead(pods)
        asked_at = self._asked_to_end_at.get(instance_id)
        if asked_at is None:
            self._asked_to_end_at[instance_id] = time.monotonic()
            self._end(found, pods, "told_to_stop")
        elif time.monotonic() - asked_at >= PATIENCE_SECONDS:
            self._end(found, pods, "process_killed", is_final=True)
            for pod in pods:
                self._delete(pod, KILL_SECONDS)
        return False

    def forget(self, instance_id: uuid.UUID) -> None:
        """Deletes the Deployment of a copy that ended, and with it all that belongs to it. Raises EngineAway."""
        found = self._find(instance_id)
        if found is None or self._seen(found, self._pods(instance_id)).state == "running":
            return
        with contextlib.suppress(Gone), asked():
            self._apps().delete_namespaced_deployment(
                name_of(instance_id), self._namespace(), propagation_policy="Background", _request_timeout=CALL_SECONDS
            )
        self._drop_ticket(instance_id, int(found["metadata"]["labels"].get(GENERATION, 0)))
        self._asked_to_end_at.pop(instance_id, None)

    def known(self) -> Iterator[uuid.UUID]:
        """Instances that have a Deployment. Raises EngineAway."""
        return iter([uuid.UUID(one["metadata"]["labels"][INSTANCE]) for one in self._listed("deployment", self._selector())])

    def end_strays(self) -> int:
        """Deletes tickets whose Deployment is gone: the cluster does it by itself where its garbage collector runs. Raises EngineAway."""
        tickets = self._listed("secret", self._selector())
        strays = []
        if tickets:
            known = set(self.known())
            strays = [one for one in tickets if uuid.UUID(one["metadata"]["labels"][INSTANCE]) not in known]
        for one in strays:
            with contextlib.suppress(Gone), asked():
                self._core().delete_namespaced_secret(one["metadata"]["name"], self._namespace(), _request_timeout=CALL_SECONDS)
        return len(strays)

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """The last lines of the newest pod; none once it is gone, for its node keeps them no longer. Raises EngineAway."""
        pods = sorted(self._pods(instance_id), key=lambda pod: str(pod["metadata"].get("creationTimestamp")))
        if not pods:
            return []
        from kubernetes.client.exceptions import ApiException

        core: Any = self._core()
        try:
            with asked():
                raw = core.read_namespaced_pod_log(
                    pods[-1]["metadata"]["name"], self._namespace(), tail_lines=lines, _preload_content=False, _request_timeout=CALL_SECONDS
                )
        except (Gone, ApiException):  # the pod went away, or (400) its container is only being made
            return []
        return str(raw.data.decode("utf-8", "replace")).splitlines()[-lines:]

    def _run(self, order: StartOrder) -> None:
        mark, namespace = installation_mark(), self._namespace()
        apps: Any = self._apps()  # it takes plain JSON as well as its own models; its types know the models only
        core: Any = self._core()
        try:
            with asked():
                made = apps.create_namespaced_deployment(
                    namespace, deployment(order, mark, self._entrypoint), _request_timeout=CALL_SECONDS
                )
        except Taken:
            raise CannotStart("copy_still_runs") from None
        with contextlib.suppress(Taken), asked():  # taken: this very start was repeated, the ticket is there
            core.create_namespaced_secret(namespace, secret(order, mark, str(made.metadata.uid)), _request_timeout=CALL_SECONDS)

    def _seen(self, found: Json, pods: list[Json]) -> CopySeen:
        generation = int(found["metadata"]["labels"].get(GENERATION, 0))
        instance_id = uuid.UUID(found["metadata"]["labels"][INSTANCE])
        reason = (found["metadata"].get("annotations") or {}).get(REASON, "")
        if not reason and (reason := reason_of_pod(pods)):
            self._end(found, pods, reason)
        if reason and not pods:
            return CopySeen("ended", generation, reason)
        self._take_away_the_dead(pods)
        if (instance_id, generation) not in self._tickets_gone and has_left_its_ticket(pods, TICKET_KEPT_SECONDS):
            self._drop_ticket(instance_id, generation)
        return CopySeen("running", generation)

    def _take_away_the_dead(self, pods: list[Json]) -> None:
        """A pod that was told to go and whose container has ended waits for nothing but its node's housekeeping: ten seconds and more."""
        for pod in pods:
            if is_over(pod):
                self._delete(pod, 0)

    def _delete(self, pod: Json, grace_seconds: int) -> None:
        with contextlib.suppress(Gone), asked():
            self._core().delete_namespaced_pod(
                pod["metadata"]["name"], self._namespace(), grace_period_seconds=grace_seconds, _request_timeout=CALL_SECONDS
            )

    def _end(self, found: Json, pods: list[Json], reason: str, *, is_final: bool = False) -> None:
        """Writes the reason down and scales to none; the first reason counts, unless the copy had to be killed."""
        earlier = (found["metadata"].get("annotations") or {}).get(REASON, "")
        if earlier and not (is_final and any(map(runs, pods))):
            reason = earlier
        with contextlib.suppress(Gone), asked():
            self._apps().patch_namespaced_deployment(
                found["metadata"]["name"],
                self._namespace(),
                {"metadata": {"annotations": {REASON: reason}}, "spec": {"replicas": 0}},
                _content_type=MERGE,
                _request_timeout=CALL_SECONDS,
            )

    def _drop_ticket(self, instance_id: uuid.UUID, generation: int) -> None:
        with contextlib.suppress(Gone), asked():
            self._core().delete_namespaced_secret(secret_name_of(instance_id, generation), self._namespace(), _request_timeout=CALL_SECONDS)
        self._tickets_gone.add((instance_id, generation))

    def _find(self, instance_id: uuid.UUID) -> Json | None:
        return next(iter(self._listed("deployment", f"{self._selector()},{INSTANCE}={instance_id}")), None)

    def _pods(self, instance_id: uuid.UUID) -> list[Json]:
        return self._listed("pod", f"{self._selector()},{INSTANCE}={instance_id}")

    def _listed(self, kind: str, selector: str) -> list[Json]:
        """Objects as plain JSON: hundreds of them are read every few seconds, and a model for each would cost ten times as much."""
        with asked():
            calls: dict[str, Callable[[], Callable[..., Any]]] = {
                "deployment": lambda: self._apps().list_namespaced_deployment,
                "pod": lambda: self._core().list_namespaced_pod,
                "secret": lambda: self._core().list_namespaced_secret,
            }
            raw = calls[kind]()(self._namespace(), label_selector=selector, _preload_content=False, _request_timeout=CALL_SECONDS)
            return list(json.loads(raw.data).get("items") or [])

    @staticmethod
    def _selector() -> str:
        return f"{INSTALLATION}={installation_mark()}"

    @staticmethod
    def _namespace() -> str:
        return str(settings.ASTRA_KUBERNETES_NAMESPACE)

    def _apps(self) -> "AppsV1Api":
        return self._client()[0]

    def _core(self) -> "CoreV1Api":
        return self._client()[1]

    def _client(self) -> "tuple[AppsV1Api, CoreV1Api]":
        """Made when it is first needed: the client is large, and a cluster that is away must not keep the supervisor from starting."""
        if self._made is None:
            from kubernetes import client, config

            if settings.ASTRA_KUBERNETES_CONFIG:
                api = config.new_client_from_config(settings.ASTRA_KUBERNETES_CONFIG)
            else:
                config.load_incluster_config()
                api = client.ApiClient()
            self._made = client.AppsV1Api(api), client.CoreV1Api(api)
        return self._made


class Gone(Exception):
    """What was asked about is not there."""


class Taken(Exception):
    """Something of this name is there already."""


@contextlib.contextmanager
def asked() -> Iterator[None]:
    """Turns "the cluster does not answer, or not now" into EngineAway, "not there" into Gone, "already there" into Taken."""
    from kubernetes.client.exceptions import ApiException
    from kubernetes.config import ConfigException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        if error.status == NOT_FOUND:
            raise Gone from error
        if error.status == CONFLICT:
            raise Taken from error
        if not error.status or error.status >= SERVER_ERROR or error.status == TOO_MANY:
            raise EngineAway(None, engine="kubernetes") from error
        raise
    except (HTTPError, ConfigException, OSError) as error:
        raise EngineAway(None, engine="kubernetes") from error
