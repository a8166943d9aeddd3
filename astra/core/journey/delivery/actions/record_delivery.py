"""What became of an attempt to tell the buyer."""

import datetime
import uuid
from typing import Any

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.actions.tell_sales import tell_sales
from astra.core.journey.delivery.machine import About, NoticeState, State, Step, target
from astra.core.journey.delivery.models import Delivery, Notice

# With pauses that grow to ten minutes: an outage of eight hours is outlived, then a person looks.
MAX_ATTEMPTS = 55
FIRST_RETRY = datetime.timedelta(seconds=5)
PARKED_RETRY = datetime.timedelta(hours=1)
LONGEST_RETRY = datetime.timedelta(minutes=10)
OUTCOMES = ("sent", "closed", "unknown", "token_dead", "failed")


def record_delivery(
    *,
    seller_id: uuid.UUID,
    order_id: uuid.UUID,
    fence: int,
    outcome: str,
    channel_id: str = "",
    message_id: str = "",
) -> bool:
    """Writes the outcome of a claim; False when the fence is an old one (somebody else took over: stop, change nothing).

    ``sent``: the buyer has the message. ``closed``: the buyer takes no messages; the goods wait behind the button.
    ``token_dead``: the bot's token is refused; everything waits for the seller. ``failed``: refused for another reason,
    tried again later. ``unknown``: nobody knows; tried again soon with the same nonce. Raises ValueError for other words.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is not one of {', '.join(OUTCOMES)}.")
    with acting_for(seller_id):
        notice = (
            Notice.objects.select_for_update()
            .filter(seller_id=seller_id, order_id=order_id, fence=fence, state=NoticeState.ATTEMPTING)
            .first()
        )
        if notice is None:
            return False
        step, change = _consequence(outcome, notice.attempts)
        if outcome == "sent":
            change |= {"channel_id": channel_id, "message_id": message_id, "sent_at": AstraNow()}
        Notice.objects.filter(id=notice.id).update(**change)
        if step is not None and notice.about == About.READY:
            moved: dict[str, Any] = {"state": target(step)}
            if target(step) == State.DELIVERED:
                moved["delivered_at"] = AstraNow()
            # A blocked or lost try does not take back what the buyer has opened meanwhile: only attempting lines move.
            Delivery.objects.filter(seller_id=seller_id, order_id=order_id, state=State.ATTEMPTING, notice=notice).update(**moved)
            tell_sales(seller_id, order_id)
    return True


def _consequence(outcome: str, attempts: int) -> tuple[Step | None, dict[str, Any]]:
    now = current_instant()
    if outcome == "sent":
        return Step.IS_SENT, {"state": NoticeState.SENT, "lease_until": None, "reason": ""}
    if outcome == "closed":
        return Step.IS_BLOCKED, {"state": NoticeState.CLOSED, "lease_until": None, "reason": "dm_closed"}
    if outcome == "token_dead":
        return Step.IS_BLOCKED, {
            "state": NoticeState.PARKED,
            "lease_until": None,
            "reason": "token_dead",
            "next_try_at": now + PARKED_RETRY,
        }
    if attempts >= MAX_ATTEMPTS:
        return Step.IS_GIVEN_UP, {"state": NoticeState.DEAD_LETTER, "lease_until": None, "reason": "given_up"}
    wait = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_RETRY)
    if outcome == "unknown":
        # It stays attempting: the message may be there. The next attempt comes when this shortened lease ends.
        return None, {"lease_until": now + wait, "next_try_at": now + wait, "reason": "unknown"}
    return Step.IS_RETRIED, {"state": NoticeState.PENDING, "lease_until": None, "next_try_at": now + wait, "reason": "failed"}
