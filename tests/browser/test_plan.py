"""The plan's pages in a browser: trial, PIX, upgrade, failed renewal, suspension and coming back; in every mode axe finds nothing."""

import pytest
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.journey.billing.queries import invoices, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import make_seller
from tests.support.clock import MovableClock
from tests.support.queue import QueueInTest

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(600)]


def test_a_plan_is_paid_missed_and_taken_back(live_address, chromium, payment_provider):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller, queue, clock = make_seller("paula@loja.example", "Loja da Paula"), QueueInTest(), MovableClock()
    user = User.objects.get(id=seller.user_id)
    wrong: list[str] = []

    def look(name: str, path: str) -> None:
        for width, theme in MODES:
            context = signed_in(chromium, live_address, user, width, theme)
            wrong.extend(look_at(context.new_page(), f"plan-{name}-{width}-{theme}", live_address + path))
            context.close()

    def settle() -> str:
        queue.run("payments.send_charge")
        owed = next(one for one in invoices(seller.id) if one.state == "open")
        assert owed.charge_id is not None
        payment_provider.pay(charge_facts(seller.id, owed.charge_id).provider_id)
        take_reading(seller_id=seller.id, charge_id=owed.charge_id)
        return reverse("plan_receipt", args=[owed.id])

    page = signed_in(chromium, live_address, user, 1280, "light").new_page()
    page.goto(live_address + reverse("plan"))
    page.get_by_role("link", name="Escolher Começo").click()
    page.get_by_text("A pagar agora").wait_for()
    look("change", page.url.removeprefix(live_address))
    page.get_by_role("button", name="Pagar com PIX").or_(page.get_by_role("button", name="Pagar por PIX")).click()
    page.get_by_text("está sendo gerado").wait_for()
    queue.run("payments.send_charge")
    page.get_by_role("img", name="QR code do PIX").wait_for()
    look("pix", page.url.removeprefix(live_address))
    receipt = settle()
    page.get_by_text("Os limites do plano já valem").wait_for()
    look("receipt", receipt)
    look("active", reverse("plan"))

    clock.move(days=25)
    sweep_subscriptions()
    facts = plan_facts(seller.id)
    assert facts is not None
    clock.move(seconds=(facts.ends_at - clock.now()).total_seconds() + 86_400)
    sweep_subscriptions()
    look("past-due", reverse("plan"))
    clock.move(days=5)
    sweep_subscriptions()
    look("suspended", reverse("plan"))
    page.goto(live_address + reverse("plan"))
    page.get_by_role("link", name="Pagar R$").click()
    page.get_by_role("button", name="Gerar um novo PIX").click()
    page.get_by_text("Aqui está o PIX").wait_for()
    settle()
    page.goto(live_address + reverse("plan"))
    page.get_by_text("Renova em").wait_for()
    assert not wrong, "\n".join(wrong)
