"""What the shop does in its server. Later stages know; ``project/wiring`` tells this one whom to ask."""

import uuid
from collections.abc import Callable

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.doctor.examine import Uses
from astra.core.journey.instances.models import ShopChannel

Named = list[tuple[str, str]]
Asked = Callable[[uuid.UUID, uuid.UUID], Named]

_channels: list[Asked] = []
_roles: list[Asked] = []


def register(*, channels: Asked | None = None, roles: Asked | None = None) -> None:
    """Adds a stage that knows which channels an instance writes in, or which roles it hands out. Called once, by the project."""
    if channels is not None and channels not in _channels:
        _channels.append(channels)
    if roles is not None and roles not in _roles:
        _roles.append(roles)


def uses_of(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Uses:
    """The channels the seller chose and those that stages use, and the roles they hand out; each once, by id."""
    with acting_for(seller_id):
        chosen = list(ShopChannel.objects.filter(instance_id=instance_id).order_by("id").values_list("channel_id", "name"))
    channels = dict(chosen)
    for ask in _channels:
        channels |= {key: name for key, name in ask(seller_id, instance_id) if key not in channels}
    roles: dict[str, str] = {}
    for ask in _roles:
        roles |= dict(ask(seller_id, instance_id))
    return Uses(tuple(channels.items()), tuple(roles.items()))
