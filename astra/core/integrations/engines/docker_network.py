"""The network of one bot: nobody is in it but the bot and the proxy that lets it out to Discord and the core."""

import contextlib
import datetime
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from docker.errors import APIError, NotFound
from docker.utils import version_lt

from astra.core.integrations.engines.docker_spec import EGRESS_HOST, INSTALLATION, INSTANCE, Surroundings
from astra.core.integrations.engines.port import CannotStart

# Between a network and its container lies a moment: a younger network is nobody's leftover yet.
STRAY_SECONDS = 60
CONFLICT, FORBIDDEN = 409, 403


def surroundings(client: Any, mark: str, instance_id: uuid.UUID) -> Surroundings:
    """Makes the instance's network where it has one and says where its container stands.

    ``ASTRA_DOCKER_NETWORK``: "own" is an internal bridge of its own, without a way out; only the proxy of
    ``ASTRA_DOCKER_EGRESS`` stands in it. "host" is no wall at all: the engine's own loopback, for the demo on one machine.
    Raises CannotStart.
    """
    if settings.ASTRA_DOCKER_NETWORK == "host":
        return Surroundings(mark, "host")
    keeper, _, port = settings.ASTRA_DOCKER_EGRESS.rpartition(":")
    if not keeper or not port.isdigit():
        raise CannotStart("egress_missing")
    name = network_name(mark, instance_id)
    found = _ensure(client, name, mark, instance_id, is_alone=keeper != "host")
    proxy_url = f"http://{EGRESS_HOST}:{port}"
    if keeper == "host":
        return Surroundings(mark, name, proxy_url, (f"{EGRESS_HOST}:{found['IPAM']['Config'][0]['Gateway']}",))
    try:
        client.connect_container_to_network(keeper, found["Id"], aliases=[EGRESS_HOST])
    except NotFound:
        raise CannotStart("egress_missing") from None
    except APIError as error:
        if error.status_code not in (CONFLICT, FORBIDDEN) or "already" not in str(error.explanation):
            raise
    return Surroundings(mark, name, proxy_url)


def network_name(mark: str, instance_id: uuid.UUID) -> str:
    """The name of an instance's network."""
    return f"astra-{mark}-{instance_id.hex}"


def remove_network(client: Any, mark: str, instance_id: uuid.UUID) -> None:
    """Takes the proxy out of it and the network away; does nothing when there is none."""
    try:
        found = client.inspect_network(network_name(mark, instance_id))
    except NotFound:
        return
    for container_id in found.get("Containers") or {}:
        with contextlib.suppress(NotFound):
            client.disconnect_container_from_network(container_id, found["Id"], force=True)
    with contextlib.suppress(NotFound):
        client.remove_network(found["Id"])


def leftover_networks(client: Any, mark: str, lived_in: set[uuid.UUID], now: datetime.datetime) -> Iterator[uuid.UUID]:
    """The instances of networks in which no container of ours stands any more: a supervisor died between the two."""
    for one in client.networks(filters={"label": f"{INSTALLATION}={mark}"}):
        with contextlib.suppress(ValueError, KeyError):
            instance_id = uuid.UUID(one["Labels"][INSTANCE])
            born = datetime.datetime.fromisoformat(one["Created"])  # with the engine's own offset
            if instance_id not in lived_in and (now - born).total_seconds() > STRAY_SECONDS:
                yield instance_id


def _ensure(client: Any, name: str, mark: str, instance_id: uuid.UUID, *, is_alone: bool) -> dict[str, Any]:
    with contextlib.suppress(NotFound):
        found: dict[str, Any] = client.inspect_network(name)
        return found
    # From 28.0 on the machine itself need not stand in the network (earlier: it does, at the gateway's address).
    isolated = is_alone and not version_lt(client.api_version, "1.48")
    options = {"com.docker.network.bridge.gateway_mode_ipv4": "isolated"} if isolated else {}
    labels = {INSTALLATION: mark, INSTANCE: str(instance_id)}
    try:
        client.create_network(name, driver="bridge", internal=True, enable_ipv6=False, labels=labels, options=options)
    except APIError as error:
        if "address pool" in str(error.explanation):
            raise CannotStart("networks_exhausted") from error
        raise
    made: dict[str, Any] = client.inspect_network(name)
    return made
