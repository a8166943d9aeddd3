"""A plan over two months in a minute: paid by PIX, renewed ahead, not paid, suspended, and back. Time is moved by ``astra clock``.

Walked after the ten steps and the timed sales, for the clock does not go back.
"""

import re
import time
import traceback
from collections.abc import Callable
from html import unescape

from tests.journey.guild import wait
from tests.journey.steps import Journey
from tests.support.report import Figure, figure

# A sweep looks every few seconds; a machine that does much else takes longer.
SECONDS = 60


def pay_plan(journey: Journey) -> str:
    """A plan is chosen and paid by PIX; its limits are in force."""
    seller = journey.seller
    seller.open("/plano/")
    seller.open(seller.link(r"/plano/mudar/\?plan_id=[0-9a-f-]+"))
    seller.send("plan_id", button="pix")
    _pay(journey)
    assert "Renova em" in _plan(journey), seller.words()
    return "in force as soon as the bank said so"


def renew_plan(journey: Journey) -> str:
    """Five days before the end its PIX is there; paid ahead, the next period follows by itself."""
    before = _renews(journey)
    journey.world.run("clock", "+25d")
    _until(journey, "Pagar R$")
    _pay(journey)
    journey.world.run("clock", "+7d")
    wait(lambda: "Renova em" in _plan(journey) and _renews(journey) != before, SECONDS, lambda: journey.seller.words())
    return f"paid ahead; {before} became {_renews(journey)}"


def miss_renewal(journey: Journey) -> str:
    """The next PIX is not paid: the shop still sells, and its owner is told by letter."""
    journey.world.run("clock", "+25d")
    _until(journey, "Pagar R$")
    journey.world.run("clock", "+7d")
    _until(journey, "esperando o pagamento")
    assert "Vende até" in journey.seller.words()
    return "grace: the shop still takes orders"


def be_suspended(journey: Journey) -> str:
    """Grace is over: no new order; what was sold stays."""
    journey.world.run("clock", "+6d")
    _until(journey, "Nenhum pedido novo é aceito")
    journey.seller.open("/pedidos/")
    return "no new order is taken; paid ones are kept"


def come_back(journey: Journey) -> str:
    """Paying brings the shop back at once, and every payment is an invoice with its number."""
    _until(journey, "Pagar R$")
    _pay(journey)
    _until(journey, "Renova em")
    numbers = sorted(set(re.findall(r"\b20\d\d-\d{6}\b", journey.seller.words())))
    assert len(numbers) == 3, numbers
    return f"sells again; invoices {numbers[0]} to {numbers[-1]}"


STEPS: tuple[tuple[str, Callable[[Journey], str]], ...] = (
    ("pay a plan by PIX", pay_plan),
    ("renew", renew_plan),
    ("fail to renew", miss_renewal),
    ("be suspended", be_suspended),
    ("come back", come_back),
)


def walk_plan(journey: Journey, figures: list[Figure]) -> bool:
    """The steps of a plan, one line each; True when one failed (the ones after it are not tried)."""
    for name, step in STEPS:
        started = time.monotonic()
        try:
            seen = step(journey)
        except Exception as error:
            print(f"plan: {name:22} FAILED after {time.monotonic() - started:.1f} s: {error}", flush=True)
            traceback.print_exc()
            figures.append(figure(f"plan: {name}", "failed", goal="done", holds=False))
            return True
        seconds = time.monotonic() - started
        print(f"plan: {name:22} {seconds:6.2f} s  {seen}", flush=True)
        figures.append(figure(f"plan: {name}", round(seconds, 2), "s", "done"))
    return False


def _plan(journey: Journey) -> str:
    journey.seller.open("/plano/")
    return journey.seller.words().replace("\xa0", " ")


def _until(journey: Journey, words: str) -> None:
    wait(lambda: words in _plan(journey), SECONDS, lambda: journey.seller.words())


def _renews(journey: Journey) -> str:
    found = re.search(r"Renova em (?:[^\W\d]+\., )?([\d/]+)", _plan(journey))
    assert found, journey.seller.words()
    return found.group(1)


def _pay(journey: Journey) -> None:
    """Goes to the invoice, unless it is open already, has the code, pays it at the bank and waits until it is seen."""
    seller = journey.seller
    if "/plano/cobranca/" not in seller.url:
        seller.open("/plano/")
        seller.open(seller.link(r"/plano/cobranca/[0-9a-f-]+/"))
    address = seller.url
    if "Gerar um novo PIX" in seller.words():
        seller.send(action="/pix/", button="pix")
    wait(lambda: bool(_code(seller.open(address))), SECONDS, lambda: seller.words())
    journey.world.bank.pay(_code(seller.page))
    wait(lambda: seller.open(address) and "Os limites do plano já valem" in seller.words(), SECONDS, lambda: seller.words())


def _code(page: str) -> str:
    found = re.search(r"000201[0-9A-Za-z.:/_\- *]+?6304[0-9A-F]{4}", unescape(page))
    return found.group(0) if found else ""
