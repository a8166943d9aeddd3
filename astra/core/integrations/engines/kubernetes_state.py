"""What a pod's status says of a copy. Facts: Kubernetes API reference 1.37, ContainerState and PodStatus."""

import datetime
import time
from typing import Any

from astra.protocol.endings import reason_of

Json = dict[str, Any]
# Why a container waits → the word for it. Others (ContainerCreating, PodInitializing) are the everyday life of a start.
WAITING = {
    "ErrImagePull": "image_missing",
    "ImagePullBackOff": "image_missing",
    "InvalidImageName": "image_missing",
    "ErrImageNeverPull": "image_missing",
    "CreateContainerConfigError": "process_not_started",
    "CreateContainerError": "process_not_started",
    "RunContainerError": "process_not_started",
}
KILLED, SIGNALLED = 137, 128


def reason_of_pod(pods: list[Json]) -> str:
    """The word for how a copy ended; "" while it lives or is on its way. A container that was started again has ended before."""
    for pod in pods:
        status = pod.get("status") or {}
        for one in status.get("containerStatuses") or []:
            now, before = one.get("state") or {}, one.get("lastState") or {}
            if ended := before.get("terminated") or now.get("terminated"):
                return _word(ended)
            if word := WAITING.get((now.get("waiting") or {}).get("reason", "")):
                return word
        if status.get("phase") == "Failed":  # evicted, or its node is gone
            return "process_killed"
    return ""


def runs(pod: Json) -> bool:
    """Whether a container of the pod runs now."""
    return any("running" in (one.get("state") or {}) for one in (pod.get("status") or {}).get("containerStatuses") or [])


def is_over(pod: Json) -> bool:
    """Whether it was told to go (nobody starts its container again then) and its container has ended."""
    told = (pod.get("status") or {}).get("containerStatuses") or []
    has_ended = all({"terminated"} & {*(one.get("state") or {}), *(one.get("lastState") or {})} for one in told)
    return bool(pod["metadata"].get("deletionTimestamp")) and bool(told) and has_ended and not runs(pod)


def has_left_its_ticket(pods: list[Json], seconds: float) -> bool:
    """Whether a container has run for so long that its ticket was used. By the cluster's clock: a wrong one only keeps it longer."""
    for pod in pods:
        for one in (pod.get("status") or {}).get("containerStatuses") or []:
            started_at = ((one.get("state") or {}).get("running") or {}).get("startedAt")
            if started_at and time.time() - datetime.datetime.fromisoformat(str(started_at)).timestamp() >= seconds:
                return True
    return False


def _word(ended: Json) -> str:
    code = int(ended.get("exitCode") or 0)
    if ended.get("reason") == "OOMKilled":
        return "oom"
    return reason_of(SIGNALLED - code if code > SIGNALLED else code)
