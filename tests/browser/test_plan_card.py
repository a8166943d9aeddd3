"""The plan by card in a browser: trial, the provider's own page with 3-D Secure, a declined renewal, suspension, another card."""

import pytest
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.journey.billing.queries import invoices, payer_facts, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions
from astra.core.payments.actions.take_reading import take_reading
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import make_seller
from tests.support.clock import MovableClock
from tests.support.provider import ASKING_CARD, BAD_CARD, GOOD_CARD
from tests.support.queue import QueueInTest

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(600)]
JOBS = ("payments.send_charge", "payments.cancel_charge", "payments.forget_card", "billing.record_decline")


def test_a_plan_is_paid_by_card_declined_suspended_and_taken_back(live_address, chromium, payment_provider):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller, queue, clock = make_seller("carla@loja.example", "Loja da Carla"), QueueInTest(), MovableClock()
    user = User.objects.get(id=seller.user_id)
    wrong: list[str] = []

    def look(name: str, path: str) -> None:
        for width, theme in MODES:
            context = signed_in(chromium, live_address, user, width, theme)
            wrong.extend(look_at(context.new_page(), f"plan-card-{name}-{width}-{theme}", live_address + path))
            context.close()

    def type_card(number: str) -> None:
        """On the provider's page, which is open."""
        page.locator(f"#card-{number[-4:]}").check()
        page.locator("button[value=card]").click()

    def read() -> None:
        charge_id = invoices(seller.id)[0].charge_id
        assert charge_id is not None
        take_reading(seller_id=seller.id, charge_id=charge_id)

    page = signed_in(chromium, live_address, user, 1280, "light").new_page()
    page.goto(live_address + reverse("plan"))
    page.get_by_role("link", name="Escolher Começo").click()
    page.get_by_role("button", name="Pagar com cartão").click()
    page.get_by_text("página do provedor está sendo aberta").wait_for()
    queue.run(*JOBS)
    page.get_by_role("link", name="Continuar para o cartão").wait_for()
    invoice = page.url.removeprefix(live_address)
    look("way", invoice)

    # At the provider: declined, then confirmed at the holder's bank.
    page.get_by_role("link", name="Continuar para o cartão").click()
    type_card(BAD_CARD)
    read()
    look("declined", invoice)
    type_card(ASKING_CARD)
    page.locator("button[value=yes]").click()
    page.get_by_role("link", name="Voltar para a loja").wait_for()
    read()
    page.get_by_role("link", name="Voltar para a loja").click()
    page.get_by_text("Os limites do plano já valem").wait_for()
    look("active", reverse("plan"))
    page.goto(live_address + reverse("plan"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar o PDF").first.click()
    assert download.value.suggested_filename.endswith(".pdf")

    # The renewal is declined, then nothing comes: suspended.
    payment_provider.knobs(saved_card_declines=9)
    facts = plan_facts(seller.id)
    assert facts is not None
    for seconds in ((facts.ends_at - clock.now()).total_seconds() - 43_200, 2 * 86_400):
        clock.move(seconds=seconds)
        sweep_subscriptions()
        queue.run(*JOBS)
    page.goto(live_address + reverse("plan"))
    page.get_by_text("O banco recusou o cartão").wait_for()
    look("past-due", reverse("plan"))
    clock.move(days=5)
    sweep_subscriptions()
    look("suspended", reverse("plan"))

    # Another card, on the page of the declined charge.
    page.goto(live_address + reverse("plan"))
    page.get_by_role("link", name="Pagar R$").click()
    page.get_by_role("button", name="Outro cartão").or_(page.get_by_role("link", name="Pagar com outro cartão")).first.click()
    page.wait_for_load_state("load")
    queue.run(*JOBS)
    if "/pay/" not in page.url:
        page.get_by_role("link", name="Continuar para o cartão").click()
    type_card(GOOD_CARD)
    page.get_by_role("link", name="Voltar para a loja").wait_for()
    read()
    assert payer_facts(seller.id).card is not None
    page.get_by_role("link", name="Voltar para a loja").click()
    page.get_by_text("Os limites do plano já valem").wait_for()
    page.goto(live_address + reverse("plan"))
    page.get_by_text("Renova em").wait_for()
    page.get_by_text(f"Cartão com final {GOOD_CARD[-4:]}").wait_for()
    assert not wrong, "\n".join(wrong)
