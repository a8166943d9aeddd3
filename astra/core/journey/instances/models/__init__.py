"""The nouns of this stage, where Django finds them."""

from astra.core.journey.instances.models.answer_sample import AnswerSample
from astra.core.journey.instances.models.checkup import Checkup
from astra.core.journey.instances.models.finding import Finding
from astra.core.journey.instances.models.instance import Instance
from astra.core.journey.instances.models.instance_event import InstanceEvent
from astra.core.journey.instances.models.rollout import Rollout
from astra.core.journey.instances.models.runtime_report import RuntimeReport
from astra.core.journey.instances.models.seen_request import SeenRequest
from astra.core.journey.instances.models.session import RuntimeSession
from astra.core.journey.instances.models.shop_channel import ShopChannel
from astra.core.journey.instances.models.ticket import StartTicket

__all__ = [
    "AnswerSample",
    "Checkup",
    "Finding",
    "Instance",
    "InstanceEvent",
    "Rollout",
    "RuntimeReport",
    "RuntimeSession",
    "SeenRequest",
    "ShopChannel",
    "StartTicket",
]
