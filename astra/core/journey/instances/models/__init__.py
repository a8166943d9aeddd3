"""The nouns of this stage, where Django finds them."""

from astra.core.journey.instances.models.instance import Instance
from astra.core.journey.instances.models.instance_event import InstanceEvent
from astra.core.journey.instances.models.seen_request import SeenRequest
from astra.core.journey.instances.models.session import RuntimeSession
from astra.core.journey.instances.models.ticket import StartTicket

__all__ = ["Instance", "InstanceEvent", "RuntimeSession", "SeenRequest", "StartTicket"]
