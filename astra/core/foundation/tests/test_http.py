"""Calls end in time and in bounds, go only where they may, and never happen inside a transaction."""

import gzip
import ipaddress
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from django.db import transaction

from astra.core.foundation import http
from astra.core.foundation.http import AddressRefused, AnswerTooLarge, Client, NetworkInsideTransaction, NoAnswer, NotSent
from astra.core.foundation.tenancy.acting import acting_for, as_system

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server of this process that answers what a test wants."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Answer = lambda handler: reply(handler, 200, b"fine")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                outer.answer(self)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        self.url = f"http://localhost:{self.port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    it = Server()
    yield it
    it.http.shutdown()
    it.http.server_close()


def test_a_call_goes_through_with_the_name_in_its_host_header(server: Server) -> None:
    with Client(f"{server.url}/api", {"Authorization": "Bearer x"}, allow_private=True) as client:
        answer = client.request("POST", "/things", json={"a": 1}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.text) == (200, "fine")
    method, path, headers, body = server.seen[0]
    assert (method, path, body) == ("POST", "/api/things", b'{"a":1}')
    assert headers["host"] == f"localhost:{server.port}"
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer x", "k")


def test_every_status_is_an_answer(server: Server) -> None:
    server.answer = lambda handler: reply(handler, 503, b"{}")
    with Client(server.url, allow_private=True) as client:
        assert client.request("GET", "/").status_code == 503


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = lambda handler: reply(handler, 302, b"", Location="/elsewhere")
    with Client(server.url, allow_private=True) as client:
        assert client.request("GET", "/").status_code == 302
    assert len(server.seen) == 1


def test_a_private_address_is_refused_unless_allowed(server: Server) -> None:
    with Client(server.url) as client, pytest.raises(AddressRefused):
        client.request("GET", "/")
    assert server.seen == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_other_spellings_of_this_machine_are_refused_too(server: Server, host: str) -> None:
    with Client(f"http://{host}:{server.port}") as client, pytest.raises(NotSent):
        client.request("GET", "/")
    assert server.seen == []


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "::7f00:1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(text: str) -> None:
    assert not http.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are_public(text: str) -> None:
    assert http.is_public(ipaddress.ip_address(text))


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = lambda address: (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [entry("8.8.8.8"), entry("10.0.0.1")])
    with pytest.raises(AddressRefused):
        http.addresses_of(httpx.URL("http://two-faced.example"), allow_private=False)


def test_the_name_is_resolved_once_and_the_checked_address_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: object, **options: object):  # type: ignore[no-untyped-def]
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1"
        return real(host, port, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with Client(f"http://rebinding.example:{server.port}", allow_private=True) as client:
        assert client.request("GET", "/").text == "fine"
    assert asked == ["rebinding.example"]
    assert server.seen[0][2]["host"] == f"rebinding.example:{server.port}"


def test_a_closed_port_means_not_sent() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", allow_private=True) as client, pytest.raises(NotSent):
        client.request("GET", "/")


def test_an_unknown_name_means_not_sent() -> None:
    with Client("http://nobody.invalid", allow_private=True) as client, pytest.raises(NotSent):
        client.request("GET", "/")


def test_silence_means_no_answer(server: Server) -> None:
    server.answer = lambda handler: time.sleep(1)
    with Client(server.url, timeout_seconds=0.2, allow_private=True) as client, pytest.raises(NoAnswer):
        client.request("POST", "/", json={})


def test_a_cut_connection_means_no_answer(server: Server) -> None:
    server.answer = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    with Client(server.url, allow_private=True) as client, pytest.raises(NoAnswer):
        client.request("POST", "/", json={})


def test_an_answer_that_drips_is_left(server: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b".")
            time.sleep(0.05)

    server.answer = drip
    began = time.monotonic()
    with Client(server.url, timeout_seconds=0.2, allow_private=True) as client, pytest.raises(NoAnswer):
        client.request("GET", "/")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_large_is_not_read(server: Server, packed: bool) -> None:
    body = b"0" * 5000
    headers = {"Content_Encoding": "gzip"} if packed else {}
    server.answer = lambda handler: reply(handler, 200, gzip.compress(body) if packed else body, **headers)
    with Client(server.url, allow_private=True, max_bytes=1000) as client, pytest.raises(AnswerTooLarge):
        client.request("GET", "/")


def test_a_packed_answer_is_unpacked(server: Server) -> None:
    server.answer = lambda handler: reply(handler, 200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")
    with Client(server.url, allow_private=True) as client:
        assert client.request("GET", "/").json() == {"a": 1}


@pytest.mark.parametrize("path", ["//evil.example/x", "@evil.example/x", "things", ":81/x"])
def test_a_path_does_not_change_the_host(server: Server, path: str) -> None:
    with Client(server.url, allow_private=True) as client:
        if path == "//evil.example/x":
            client.request("GET", path)
            assert len(server.seen) == 1  # a path like any other
        else:
            with pytest.raises(ValueError):
                client.request("GET", path)


def test_nothing_is_called_inside_a_transaction(server: Server, db: None) -> None:
    with Client(server.url, allow_private=True) as client:
        for block in (transaction.atomic(), acting_for(uuid.uuid4()), as_system()):
            with block, pytest.raises(NetworkInsideTransaction):
                client.request("GET", "/")
        assert server.seen == []
        assert client.request("GET", "/").status_code == 200
