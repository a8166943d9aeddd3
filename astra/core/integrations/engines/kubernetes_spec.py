"""The one place where a bot's Deployment and the Secret of its ticket are described, flag by flag.

Built from an instance's id, its generation and the installation's settings; nothing that a seller or a buyer can write is in it.
Facts: Kubernetes API reference 1.37 (Deployment v1 apps, Secret v1, SecurityContext v1), Pod Security Standards, level "restricted".
"""

import uuid
from typing import Any

from django.conf import settings

from astra.core.integrations.engines.docker_spec import ENTRYPOINT, fixed_image
from astra.core.integrations.engines.port import StartOrder

# Labels and annotations of our own.
INSTALLATION, INSTANCE, GENERATION = "astra.systems/installation", "astra.systems/instance", "astra.systems/generation"
REASON = "astra.systems/reason"
PART = {"app.kubernetes.io/name": "astra-bot", "app.kubernetes.io/managed-by": "astra-supervisor"}

TICKET_FOLDER, TICKET_FILE = "/run/astra", "ticket"
USER = 65532
# A little longer than the supervisor's own patience, for it is the supervisor that decides when to kill. Nodes before Kubernetes 1.22 wait
# for all of it whatever they are told later (seen on 1.20).
GRACE_SECONDS = 10
START_SECONDS = 120


def name_of(instance_id: uuid.UUID) -> str:
    """The name of an instance's Deployment: a DNS label."""
    return f"astra-bot-{instance_id.hex}"


def secret_name_of(instance_id: uuid.UUID, generation: int) -> str:
    """The name of the Secret that brings one start's ticket."""
    return f"{name_of(instance_id)}-{generation}"


def deployment(order: StartOrder, mark: str, entrypoint: tuple[str, ...] = ENTRYPOINT) -> dict[str, Any]:
    """One copy of one instance. Raises CannotStart for an image that is not fixed by its digest.

    ``entrypoint`` is another program in tests only; nothing else can be chosen.
    """
    labels = {**PART, INSTALLATION: mark, INSTANCE: str(order.instance_id), GENERATION: str(order.generation)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name_of(order.instance_id), "labels": labels},
        "spec": {
            "replicas": 1,
            "revisionHistoryLimit": 0,
            "progressDeadlineSeconds": START_SECONDS,
            "strategy": {"type": "Recreate"},  # never two copies at once
            "selector": {"matchLabels": {INSTALLATION: mark, INSTANCE: str(order.instance_id)}},
            "template": {"metadata": {"labels": labels}, "spec": _pod(order, mark, entrypoint)},
        },
    }


def secret(order: StartOrder, mark: str, owner_uid: str) -> dict[str, Any]:
    """The ticket of one start. It belongs to the Deployment and goes with it; it is taken away sooner, once it was used."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "immutable": True,
        "metadata": {
            "name": secret_name_of(order.instance_id, order.generation),
            "labels": {**PART, INSTALLATION: mark, INSTANCE: str(order.instance_id)},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": name_of(order.instance_id), "uid": owner_uid}],
        },
        "stringData": {TICKET_FILE: order.ticket.reveal() + "\n"},
    }


def _pod(order: StartOrder, mark: str, entrypoint: tuple[str, ...]) -> dict[str, Any]:
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,  # no addresses of other services in the environment
        "hostNetwork": False,
        "hostPID": False,
        "hostIPC": False,
        "shareProcessNamespace": False,
        "restartPolicy": "Always",  # a Deployment has no other; the supervisor scales an ended copy to none
        "terminationGracePeriodSeconds": GRACE_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(order, mark, entrypoint)],
        "volumes": [
            {
                "name": "ticket",
                "secret": {
                    "secretName": secret_name_of(order.instance_id, order.generation),
                    "defaultMode": 0o440,
                    "items": [{"key": TICKET_FILE, "path": TICKET_FILE}],
                },
            },
            {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
        ],
    }


def _container(order: StartOrder, mark: str, entrypoint: tuple[str, ...]) -> dict[str, Any]:
    limits = {
        "cpu": f"{settings.ASTRA_BOT_CPU_PERCENT * 10}m",
        "memory": f"{settings.ASTRA_BOT_MEMORY_MIB}Mi",
        "ephemeral-storage": "32Mi",  # its log
    }
    words = ["--core", order.core_url, "--instance", str(order.instance_id), "--generation", str(order.generation), "--home", mark]
    if settings.ASTRA_KUBERNETES_PROXY:
        words += ["--proxy", settings.ASTRA_KUBERNETES_PROXY]
    return {
        "name": "bot",
        "image": fixed_image(order.release),
        "imagePullPolicy": "IfNotPresent",
        "command": list(entrypoint),
        "args": [*words, "--ticket-file", f"{TICKET_FOLDER}/{TICKET_FILE}"],
        "env": [],  # the image's own is all: no secret ever is in an environment
        "resources": {"limits": limits, "requests": {**limits, "cpu": "10m"}},
        "securityContext": {
            "privileged": False,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "ticket", "mountPath": TICKET_FOLDER, "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  the container's own, in memory, gone with it
        ],
    }
