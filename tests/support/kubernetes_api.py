"""A double of a cluster's API server and of its kubelet: what the engine sends is held against Kubernetes' own published schemas and
against the Role of ``deploy/kubernetes``; a Deployment with its Secret becomes a real process."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "deploy/kubernetes/bots.yaml"
VERSION = "1.37"
BACK_OFF_SECONDS = 10.0
ROUTE = re.compile(r"/(?:api/v1|apis/apps/v1)/namespaces/([a-z0-9-]+)/(deployments|secrets|pods)(?:/([a-z0-9-]+))?(/log)?")
KINDS = {"deployments": "Deployment", "secrets": "Secret", "pods": "Pod"}
Json = dict[str, Any]


def manifest() -> list[Json]:
    """What an operator applies."""
    return list(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))


def granted() -> set[tuple[str, str]]:
    """(resource, verb) that the supervisor's Role allows."""
    role = next(one for one in manifest() if one["kind"] == "Role")
    return {(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]}


@dataclass
class PodInTest:
    """One pod: a process, started with its ticket in a file of its own folder."""

    body: Json
    folder: tempfile.TemporaryDirectory[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    last_exit: int | None = None
    restarts: int = 0
    restart_at: float | None = None
    kill_at: float | None = None
    log: "deque[bytes]" = field(default_factory=lambda: deque(maxlen=200))


@dataclass
class ClusterInTest:
    """Objects in memory, one lock. ``refused`` is what did not fit the schemas or the Role: a test fails on it."""

    namespace: str = "astra-bots"
    objects: dict[tuple[str, str], Json] = field(default_factory=dict)
    pods: dict[str, PodInTest] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    is_away: bool = False
    image_is_missing: bool = False

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cluster": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self._over = threading.Event()
        threading.Thread(target=self._kubelet, daemon=True).start()

    def config(self, folder: Path) -> str:
        """A kubeconfig that leads here."""
        path = folder / "kubeconfig"
        url = f"http://127.0.0.1:{self._server.server_port}"
        told = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": url}}],
            "users": [{"name": "test", "user": {"token": "test"}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }
        path.write_text(yaml.safe_dump(told), encoding="utf-8")
        return str(path)

    def close(self) -> None:
        """Ends the server, the kubelet and every process."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            for pod in self.pods.values():
                self._end(pod)

    def answer(self, method: str, target: str, raw: bytes, content_type: str) -> tuple[int, Any]:
        """One request."""
        parts = urlsplit(target)
        self.requests.append((method, parts.path))
        if self.is_away:
            return 503, _status(503)
        found = ROUTE.fullmatch(parts.path)
        if not found or found[1] != self.namespace:
            return self._refuse(404, f"{method} {parts.path}")
        resource, name, is_log = found[2], found[3], bool(found[4])
        verb = {"GET": "get" if name else "list", "POST": "create", "PATCH": "patch", "DELETE": "delete"}[method]
        if (f"{resource}/log" if is_log else resource, verb) not in granted():
            return self._refuse(403, f"{verb} {resource}")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        body = json.loads(raw) if raw else {}
        with self._lock:
            if is_log:
                return self._log(name, query)
            if verb == "list":
                return 200, {"kind": f"{KINDS[resource]}List", "items": self._list(resource, query)}
            if verb == "create":
                return self._create(resource, body)
            if verb == "patch":
                return self._patch(resource, name, body, content_type)
            return self._delete(resource, name, {**query, **body})

    def _create(self, resource: str, body: Json) -> tuple[int, Any]:
        if problem := problem_of(body):
            return self._refuse(422, problem)
        key = (resource, body["metadata"]["name"])
        if key in self.objects:
            return 409, _status(409)
        body["metadata"] |= {"uid": str(uuid.uuid4()), "namespace": self.namespace, "creationTimestamp": _now()}
        self.objects[key] = body
        return 201, body

    def _patch(self, resource: str, name: str, body: Json, content_type: str) -> tuple[int, Any]:
        if content_type != "application/merge-patch+json":
            return self._refuse(415, content_type)
        if (resource, name) not in self.objects:
            return 404, _status(404)
        merged = merge(self.objects[resource, name], body)
        if problem := problem_of({key: value for key, value in merged.items() if key != "status"}):
            return self._refuse(422, problem)
        self.objects[resource, name] = merged
        return 200, merged

    def _delete(self, resource: str, name: str, options: Json) -> tuple[int, Any]:
        if resource == "pods":
            pod = self.pods.get(name)
            if pod is None:
                return 404, _status(404)
            pod.kill_at = time.monotonic() + float(options.get("gracePeriodSeconds", 30))
            return 200, pod.body
        gone = self.objects.pop((resource, name), None)
        if gone is None:
            return 404, _status(404)
        for key, one in list(self.objects.items()):  # the garbage collector
            if any(owner["uid"] == gone["metadata"]["uid"] for owner in one["metadata"].get("ownerReferences", [])):
                del self.objects[key]
        return 200, _status(200)

    def _list(self, resource: str, query: Json) -> list[Json]:
        wanted = dict(part.split("=", 1) for part in query.get("labelSelector", "").split(",") if part)
        rows = (
            [self._shown(pod) for pod in self.pods.values()]
            if resource == "pods"
            else [one for (kind, _), one in self.objects.items() if kind == resource]
        )
        return [one for one in rows if wanted.items() <= one["metadata"].get("labels", {}).items()]

    def _log(self, name: str, query: Json) -> tuple[int, Any]:
        pod = self.pods.get(name)
        if pod is None:
            return 404, _status(404)
        return 200, b"".join(list(pod.log)[-int(query.get("tailLines", 10_000)) :])

    def _refuse(self, status: int, why: str) -> tuple[int, Any]:
        self.refused.append(f"{status}: {why}")
        return status, _status(status)

    def _kubelet(self) -> None:
        """Deployment controller, kubelet and garbage collector in one loop."""
        while not self._over.wait(0.05):
            with self._lock:
                self._settle()

    def _settle(self) -> None:
        wanted: dict[str, Json] = {}
        for (kind, name), one in self.objects.items():
            if kind == "deployments" and one["spec"]["replicas"]:
                wanted[f"{name}-{one['metadata']['uid'][:8]}"] = one
        for name, deployment in wanted.items():
            if name not in self.pods:
                template = deployment["spec"]["template"]
                metadata = {**template["metadata"], "name": name, "uid": str(uuid.uuid4()), "creationTimestamp": _now()}
                body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
                if problem := problem_of(body):
                    self.refused.append(problem)
                self.pods[name] = PodInTest(body, tempfile.TemporaryDirectory())
        for name, pod in list(self.pods.items()):
            self._settle_pod(name, pod, name in wanted)

    def _settle_pod(self, name: str, pod: PodInTest, is_wanted: bool) -> None:
        process = pod.process
        if not is_wanted and pod.kill_at is None:
            pod.kill_at = time.monotonic() + float(pod.body["spec"]["terminationGracePeriodSeconds"])
            if process is not None and process.poll() is None:
                process.terminate()
        if pod.kill_at is not None and time.monotonic() >= pod.kill_at and process is not None:
            process.kill()
        if process is None:
            if is_wanted and not self.image_is_missing:
                self._start(pod)
        elif process.poll() is not None:
            if not is_wanted or pod.kill_at is not None:
                del self.pods[name]
                pod.folder.cleanup()
                return
            if pod.restart_at is None:
                pod.last_exit = process.returncode if process.returncode >= 0 else 128 - process.returncode
                pod.restarts, pod.restart_at = pod.restarts + 1, time.monotonic() + BACK_OFF_SECONDS
            elif time.monotonic() >= pod.restart_at:
                pod.restart_at = None
                self._start(pod)  # as a Deployment does, with the ticket that was used
            return
        if not is_wanted and pod.process is None:
            del self.pods[name]

    def _start(self, pod: PodInTest) -> None:
        container, volumes = pod.body["spec"]["containers"][0], {one["name"]: one for one in pod.body["spec"]["volumes"]}
        words = [*container["command"], *container["args"]]
        folder, places = Path(pod.folder.name), {}
        for mount in container["volumeMounts"]:
            place = folder / mount["mountPath"].strip("/")
            place.mkdir(parents=True, exist_ok=True)
            if source := volumes[mount["name"]].get("secret"):
                brought = self.objects.get(("secrets", source["secretName"]))
                if brought is None and not any(place.iterdir()):
                    return  # the pod waits for its secret
                for key, text in (brought or {}).get("stringData", {}).items():
                    (place / key).write_text(text, encoding="utf-8")
            places[mount["mountPath"] + "/"] = f"{place}/"
        words = [next((to + word[len(at) :] for at, to in places.items() if word.startswith(at)), word) for word in words]
        pod.process = subprocess.Popen(
            [sys.executable, *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
        threading.Thread(target=_keep_end, args=(pod.process, pod.log), daemon=True).start()
        pod.started_at = time.time()

    def _shown(self, pod: PodInTest) -> Json:
        one: Json = {"name": "bot", "image": "x", "imageID": "", "ready": False, "restartCount": pod.restarts, "state": {}, "lastState": {}}
        if pod.process is None:
            one["state"] = {"waiting": {"reason": "ImagePullBackOff" if self.image_is_missing else "ContainerCreating"}}
        elif pod.restart_at is not None:
            one["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
        else:
            started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(pod.started_at))
            one |= {"ready": True, "state": {"running": {"startedAt": started}}}
        if pod.last_exit is not None:
            one["lastState"] = {"terminated": {"exitCode": pod.last_exit, "reason": "Error" if pod.last_exit else "Completed"}}
        if pod.kill_at is not None:
            pod.body["metadata"]["deletionTimestamp"] = _now()
        shown = {**pod.body, "status": {"phase": "Running" if pod.process else "Pending", "containerStatuses": [one]}}
        if problem := problem_of(shown):
            self.refused.append(f"the double itself: {problem}")
        return shown

    @staticmethod
    def _end(pod: PodInTest) -> None:
        if pod.process is not None:
            pod.process.kill()
            pod.process.wait(10)
        pod.folder.cleanup()


class _Handler(BaseHTTPRequestHandler):
    cluster: ClusterInTest
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = self.cluster.answer(self.command, self.path, raw, self.headers.get("Content-Type", ""))
        told = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _keep_end(process: "subprocess.Popen[bytes]", log: "deque[bytes]") -> None:
    """The end of what a pod says, as its node keeps it: bounded, however much it talks."""
    assert process.stdout is not None
    for line in process.stdout:
        log.append(line[:16_384])
        time.sleep(0.001)


def problem_of(body: Json) -> str:
    """What Kubernetes' own schema says against an object; "" when it fits."""
    try:
        kubernetes_validate.validate(body, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{body.get('kind')}: {error.message[:300]}"
    return ""


def merge(target: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merge(found.get(key), value)
    return found


def _status(code: int) -> Json:
    return {"apiVersion": "v1", "kind": "Status", "code": code, "status": "Success" if code < 300 else "Failure", "reason": str(code)}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
