"""What a lost job left behind: found within seconds, whatever happened to the queue."""

import uuid

from django.db import connection

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.sweeping import one_by_one
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.events import DeliveryReady, DeliveryWaiting
from astra.core.journey.delivery.machine import About
from astra.core.journey.delivery.models import Notice

BATCH = 200

# A paid line without a delivery, or one whose items are not all bound yet. Ten seconds are left to the job.
UNOPENED = """
SELECT o.seller_id, o.id FROM sales_order o
 WHERE o.commercial IN ('paid', 'partially_refunded') AND o.fulfilment <> 'done'
   AND o.paid_at < astra_now() - interval '10 seconds'
   AND (NOT EXISTS (SELECT FROM delivery_notice n WHERE n.seller_id = o.seller_id AND n.order_id = o.id)
        OR EXISTS (SELECT FROM catalog_reservation r
                     JOIN catalog_stock_item i ON i.seller_id = r.seller_id AND i.reservation_id = r.id AND i.state = 'allocated'
                    WHERE r.seller_id = o.seller_id AND r.order_id = o.id
                      AND NOT EXISTS (SELECT FROM delivery_item d WHERE d.seller_id = i.seller_id AND d.stock_item_id = i.id)))
 ORDER BY o.paid_at LIMIT %s
"""
# A notice that is due and was not woken lately, or whose claimant never came back.
DUE = """
SELECT n.seller_id, n.id FROM delivery_notice n JOIN sales_order o ON o.seller_id = n.seller_id AND o.id = n.order_id
 WHERE o.commercial IN ('paid', 'partially_refunded') AND n.woken_at < astra_now() - interval '15 seconds'
   AND ((n.state IN ('pending', 'parked') AND n.next_try_at <= astra_now())
        OR (n.state = 'attempting' AND n.lease_until <= astra_now()))
 ORDER BY n.next_try_at LIMIT %s
"""


def sweep_unopened() -> int:
    """Opens the deliveries of paid orders that have none, or whose new items nobody bound; returns how many orders."""
    return one_by_one(_found(UNOPENED), lambda row: open_deliveries(seller_id=row[0], order_id=row[1]))


def sweep_due() -> int:
    """Wakes the senders of notices that are due or were left behind; returns how many."""
    woken = 0
    for seller_id, notice_id in _found(DUE):
        with acting_for(seller_id):
            notice = Notice.objects.select_for_update(skip_locked=True).filter(seller_id=seller_id, id=notice_id).first()
            if notice is not None:
                Notice.objects.filter(id=notice_id).update(woken_at=AstraNow())
                event = DeliveryReady if notice.about == About.READY else DeliveryWaiting
                emit(event(seller_id, notice.order_id))
                woken += 1
    return woken


def _found(statement: str) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(statement, [BATCH])
        return list(cursor.fetchall())
