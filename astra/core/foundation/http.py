"""Calls to other machines: with limits, to checked addresses, never while a transaction is open."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from django.db import connections
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import is_inside_a_block

CONNECT_SECONDS = 5.0
MAX_BYTES = 8 * 1024 * 1024
DEADLINE_FACTOR = 3  # a whole call may last so many read time-outs: a server that drips is left
KEEP_SECONDS = 15.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotSent(Failure):
    """The request surely never reached the other side: it may simply be made again."""

    text = _("The other side cannot be reached. Nothing was sent; please try again in a moment.")
    label = "http_not_sent"
    permanent = False


class AddressRefused(NotSent):
    """The name leads into a private network. Trying again does not help."""

    text = _("This address leads into a private network and is not called. Nothing was sent; please give a public one.")
    label = "http_address_refused"
    permanent = True


class NoAnswer(Failure):
    """The request may have been carried out: no usable answer came back."""

    text = _("The other side did not answer in time. What became of the request is being looked up.")
    label = "http_no_answer"
    permanent = False


class AnswerTooLarge(NoAnswer):
    """The answer is longer than anything that is expected here; it was not read to its end."""

    label = "http_answer_too_large"


class NetworkInsideTransaction(RuntimeError):
    """A call was about to be made while a transaction is open: a programming error, whatever the call."""


class Client:
    """Speaks with one address (scheme, host and port of ``base_url``); threads may share it.

    Redirects are answers, not orders. The host is resolved here, every address it has is checked, and the connection goes to a
    checked one (so a name cannot change its mind in between); certificates are still checked against the name. With
    ``allow_private`` the addresses are not checked: for sandboxes and for what the operator himself configured.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 10.0,
        allow_private: bool = False,
        *,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._base = httpx.URL(base_url.rstrip("/"))
        if self._base.scheme not in ("http", "https") or not self._base.host:
            raise ValueError("An http or https address is needed.")
        self._timeout_seconds = timeout_seconds
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._client = httpx.Client(
            headers={"User-Agent": "AstraSystems", "Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=KEEP_SECONDS),
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(),
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """One call, one try; every HTTP status is an answer.

        ``path`` begins with a slash and is appended to the base. Raises NotSent (AddressRefused) when nothing can have reached the
        other side, NoAnswer (AnswerTooLarge) when its effect is not known, NetworkInsideTransaction.
        """
        refuse_inside_transaction()
        if not path.startswith("/"):
            raise ValueError("A path begins with a slash.")
        url = httpx.URL(str(self._base) + path)
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise ValueError("A path does not change the host.")
        request = self._client.build_request(
            method, url, json=json, headers=headers, content=content, params=params, data=data, files=files
        )
        deadline = time.monotonic() + DEADLINE_FACTOR * self._timeout_seconds
        failure: NotSent = NotSent(reason="no address")
        for address in addresses_of(url, allow_private=self._allow_private):
            try:
                return self._send(request, address, deadline)
            except NotSent as problem:  # the next address may still be reachable
                failure = problem
        raise failure

    def close(self) -> None:
        """Closes kept connections."""
        self._client.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: httpx.Request, address: Address, deadline: float) -> httpx.Response:
        host = request.url.host
        aimed = httpx.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,  # "Host" is in them already and names the host, not the address
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        try:
            answer = self._client.send(aimed, stream=True)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
        ) as problem:
            raise NotSent(reason=type(problem).__name__) from problem
        except httpx.HTTPError as problem:
            raise NoAnswer(reason=type(problem).__name__) from problem
        try:
            body = b"".join(self._read(answer, deadline))
        except httpx.HTTPError as problem:
            raise NoAnswer(reason=type(problem).__name__) from problem
        finally:
            answer.close()
        kept = [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx.Response(answer.status_code, headers=kept, content=body, request=request)

    def _read(self, answer: httpx.Response, deadline: float) -> Iterator[bytes]:
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > self._max_bytes:
                raise AnswerTooLarge(limit=self._max_bytes)
            if time.monotonic() > deadline:
                raise NoAnswer(reason="deadline")
            yield part


def addresses_of(url: httpx.URL, *, allow_private: bool) -> list[Address]:
    """Where a host's name leads, in the system's order.

    Raises NotSent when it leads nowhere, AddressRefused when any of its addresses is not on the public internet.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotSent(reason="unresolved") from problem
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise AddressRefused(host=url.host)
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also after unwrapping an IPv4 one inside an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and int(address) >> 32 == 0:  # the old "IPv4-compatible" form
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def refuse_inside_transaction() -> None:
    """Raises NetworkInsideTransaction when a block or any transaction is open (a test's own roll-back does not count)."""
    inside = is_inside_a_block()
    for connection in connections.all(initialized_only=True):
        # The mark with which Django itself tells a test case's transaction from the program's (`atomic(durable=True)`).
        inside = inside or any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
    if inside:
        raise NetworkInsideTransaction("Record the intent, close the transaction, then call.")
