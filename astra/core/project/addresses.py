"""The block of ports of one installation: portal, Discord, payments, mail, SMTP and database move together."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OFFSETS: Mapping[str, int] = {"portal": 0, "discord": 100, "payments": 200, "mail": 300, "smtp": 325, "database": 432}
BLOCK = 1000
LAST_PORT = 60_000


class NoFreePorts(RuntimeError):
    """No block of ports is free on this machine."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports by name, counted from the portal's."""

    portal: int

    def port(self, name: str) -> int:
        """The port of a part."""
        return self.portal + OFFSETS[name]

    def url(self, name: str) -> str:
        """What people open: an IP address would be no passkey domain."""
        return f"http://localhost:{self.port(name)}"

    def machine_url(self, name: str) -> str:
        """What programs call."""
        return f"http://127.0.0.1:{self.port(name)}"


def is_free(port: int) -> bool:
    """Whether nothing listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_block(first: int, *, own_database_port: int | None = None, names: Iterable[str] = tuple(OFFSETS)) -> tuple[Addresses, list[int]]:
    """The first block from a port upwards in which the named parts are free, and the busy ports that were met.

    A database of our own that runs already is not busy. Raises NoFreePorts.
    """
    wanted = tuple(names)
    busy: list[int] = []
    for portal in range(first, LAST_PORT, BLOCK):
        block = Addresses(portal)
        taken = [port for name in wanted if (port := block.port(name)) != own_database_port and not is_free(port)]
        if not taken:
            return block, busy
        busy += taken
    raise NoFreePorts(f"No block of ports is free from {first} up. Nothing was started.")


def busy_words(busy: list[int], chosen: Addresses) -> str:
    """What a person is told when the block had to move."""
    return f"Busy: {', '.join(map(str, busy))}. Using the block from {chosen.portal} up."
