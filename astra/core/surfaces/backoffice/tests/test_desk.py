"""What the operator sees before he decides, and that nothing is decided for him."""

import re
from typing import Any

from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import products
from astra.core.journey.wallet.queries import withdrawals, withdrawals_to_review
from astra.core.surfaces.backoffice.figures import paid_to_delivered
from tests.browser.story import tell_story


def test_a_withdrawal_is_weighed_by_a_person_and_speed_tells_of_speed(
    client: Any, discord_sandbox: Any, payment_provider: Any, queue: Any, clock: Any
) -> None:
    story = tell_story(discord_sandbox, payment_provider, queue)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    client.force_login(story.operator)

    page = client.get(reverse("admin_withdrawals")).content.decode()
    assert "em 30 dias, 2 pedidos" in page
    fields = re.findall(r'<input[^>]*name="reason"[^>]*>', page)
    assert fields
    assert all("required" in field and "value=" not in field for field in fields)
    (line,) = withdrawals_to_review()
    client.post(reverse("admin_approve_withdrawal", args=[line.id]), {"reason": " "})
    assert withdrawals(story.seller.id)[0].state == "requested"

    page = client.get(reverse("admin_instances")).content.decode()
    assert "loja Lampião Digital · bot Lampião Digital · " in page

    assert paid_to_delivered().orders == 1
    waited = next(one for one in products(story.seller.id) if one.no_stock == "wait").variations[0]
    clock.move(minutes=20)
    import_stock(seller_id=story.seller.id, variation_id=waited.id, text="MOEDAS-1", actor=Actor("member", str(story.seller.user_id)))
    queue.run()
    speed = paid_to_delivered()
    assert speed.orders == 1
    assert speed.worst_seconds is not None
    assert speed.worst_seconds < 600
