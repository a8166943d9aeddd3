"""Every main page, narrow and wide, light and dark: nothing overflows, axe finds nothing serious, the console is silent."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from astra.core.journey.accounts.models import User
from tests.browser.story import Story, tell_story
from tests.support.queue import QueueInTest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "build" / "screenshots"
MODES = [(1440, "light"), (360, "dark"), (360, "light"), (1440, "dark")]

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(600)]


def seller_pages(story: Story) -> dict[str, str]:
    """The seller's pages by name."""
    return {
        "home": reverse("home"),
        "account": reverse("account"),
        "plan": reverse("plan"),
        "instances": reverse("instances"),
        "instance-new": reverse("new_instance"),
        "instance": reverse("instance", args=[story.instance_id]),
        "products": reverse("products"),
        "product-new": reverse("new_product"),
        "product": reverse("product", args=[story.product_id]),
        "stock": reverse("stock", args=[story.product_id]),
        "coupons": reverse("coupons"),
        "publications": reverse("publications"),
        "orders": reverse("orders"),
        "order": reverse("order", args=[story.paid_order_id]),
        "order-open": reverse("order", args=[story.open_order_id]),
        "deliveries": reverse("deliveries"),
        "wallet": reverse("wallet"),
        "withdraw": reverse("withdraw"),
    }


def operator_pages() -> dict[str, str]:
    """The operator's pages by name."""
    names = ("now", "withdrawals", "sellers", "instances", "policy", "audit")
    return {f"admin-{name}": reverse(f"admin_{name}") for name in names}


def public_pages() -> dict[str, str]:
    """What is seen before signing in."""
    return {
        "signup": reverse("account_signup"),
        "login": reverse("account_login"),
        "password-reset": reverse("account_reset_password"),
        "verification-sent": reverse("account_email_verification_sent"),
        "not-found": "/nada-aqui/",
    }


def signed_in(chromium: Any, address: str, user: User | None, width: int, theme: str) -> Any:
    """A browser context of a person."""
    context = chromium.new_context(locale="pt-BR", viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    cookies = [{"name": "astra_theme", "value": theme, "url": address}]
    if user is not None:
        client = Client()
        client.force_login(user)
        cookies.append({"name": "astra_session", "value": client.cookies["astra_session"].value, "url": address})
    context.add_cookies(cookies)
    return context


def look_at(page: Any, name: str, address: str, *, missing: bool = False) -> list[str]:
    """Opens a page, takes its picture, and returns everything that is wrong with it."""
    said: list[str] = []
    listener = lambda message: said.append(message.text) if message.type in ("error", "warning") else None  # noqa: E731
    page.on("console", listener)
    answer = page.goto(address)
    page.wait_for_load_state("load")
    wrong = [] if answer.status == (404 if missing else 200) else [f"{name}: answered {answer.status}"]
    wrong += check(page, name)
    page.remove_listener("console", listener)
    return wrong + [f"{name}: {text}" for text in said if not (missing and "404" in text)]


def check(page: Any, name: str) -> list[str]:
    """Takes the picture of the page that is open, and returns what is wrong with it."""
    page.wait_for_load_state("load")
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
    wrong = ["scrolls sideways"] if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth") else []
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    wrong += [
        f"axe {one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    return [f"{name}: {one}" for one in wrong]


def check_in_every_mode(page: Any, name: str) -> list[str]:
    """The page that is open, as it is, narrow and wide, light and dark; afterwards it is as wide as before."""
    wrong, size = [], page.viewport_size
    for width, theme in MODES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        wrong += check(page, f"{name}-{width}-{theme}")
    page.set_viewport_size(size)
    return wrong


def test_every_page_in_every_mode(live_address, chromium, discord_sandbox, payment_provider, settings):
    settings.ASTRA_DISCORD_API = f"{discord_sandbox.url}/api/v10"
    SHOTS.mkdir(parents=True, exist_ok=True)
    story = tell_story(discord_sandbox, payment_provider, QueueInTest())
    wrong: list[str] = []
    seller = User.objects.get(id=story.seller.user_id)
    for width, theme in MODES:
        for person, pages in ((seller, seller_pages(story)), (story.operator, operator_pages()), (None, public_pages())):
            context = signed_in(chromium, live_address, person, width, theme)
            page = context.new_page()
            for name, path in pages.items():
                wrong += look_at(page, f"{name}-{width}-{theme}", live_address + path, missing=name == "not-found")
            context.close()
    assert not wrong, "\n".join(wrong)


def test_the_menu_of_a_phone_opens_without_a_script(live_address, chromium):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja da Lara")
    client = Client()
    client.force_login(User.objects.get(id=seller.user_id))
    context = chromium.new_context(locale="pt-BR", viewport={"width": 360, "height": 800}, java_script_enabled=False)
    context.add_cookies([{"name": "astra_session", "value": client.cookies["astra_session"].value, "url": live_address}])
    page = context.new_page()
    page.goto(f"{live_address}/plano/")
    link = page.get_by_role("link", name="Produtos")
    assert not link.is_visible()
    page.locator("label.menu-switch-label").click()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / "phone-menu.png"), full_page=True)
    link.click()
    page.get_by_role("heading", name="Produtos", exact=True).wait_for()
    context.close()
