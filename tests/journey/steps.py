"""The ten steps of the first sale. Each returns a short word of what was seen; an AssertionError ends the journey."""

import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from crc import Calculator, Crc16

from tests.journey import shopping
from tests.journey.guild import Person, custom_ids, text_of, wait
from tests.journey.visitor import Visitor
from tests.journey.world import World

PASSWORD = "uma senha longa de teste"
CPF = "52998224725"


@dataclass
class Journey:
    """Who takes part, and what they made so far."""

    world: World
    engine: str
    seller: Visitor
    operator: Visitor
    paid_to_delivered: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def bento(self) -> Person:
        """The first buyer."""
        return self.facts["bento"]  # type: ignore[no-any-return]

    @property
    def bia(self) -> Person:
        """The second buyer."""
        return self.facts["bia"]  # type: ignore[no-any-return]


def sign_up(journey: Journey) -> str:
    """1. Sign-up, confirmation by e-mail, the shop's name, the trial."""
    seller, address = journey.seller, f"lara-{secrets.token_hex(4)}@loja.example"
    journey.facts["seller_email"] = address
    seller.open("/conta/signup/")
    seller.send("email", email=address, password1=PASSWORD)
    link = journey.world.mailbox.link(address, r"/conta/confirm-email/")
    seller.open(link)
    seller.send(action="confirm-email")
    if "/conta/login/" in seller.url:
        seller.send("login", login=address, password=PASSWORD)
    seller.open("/")
    assert "/comecar/" in seller.url, seller.url
    seller.send("name", name="Loja da Lara")
    seller.open("/plano/")
    seller.send(action="/plano/teste/")
    assert not any("/plano/teste/" in form.action for form in _posts(seller)), "the trial can be started twice"
    return f"{address} has a shop on trial"


def connect_bot(journey: Journey) -> str:
    """2. A bot of the offline Discord; a wrong token is refused with its reason, the right one is accepted."""
    discord, seller = journey.world.discord, journey.seller
    people = {name: discord.make("users", username=name, global_name=name.capitalize()) for name in ("lara", "bento", "bia", "caio")}
    guild = discord.make("guilds", name="Loja da Lara", owner_id=people["lara"]["id"])
    channel = discord.make(f"guilds/{guild['id']}/channels", name="vitrine")
    for name in ("bento", "bia", "caio"):
        discord.make(f"guilds/{guild['id']}/members", user_id=people[name]["id"])
        journey.facts[name] = discord.person(people[name]["id"])
    application = discord.make("applications", name="Loja da Lara", owner_id=people["lara"]["id"])
    discord.make(f"guilds/{guild['id']}/bots", application_id=application["id"])
    journey.facts |= {"guild": guild["id"], "channel": channel["id"], "application": application["id"]}

    wrong = application["token"][:-6] + "AAAAAA"
    seller.open("/instancia/nova/")
    seller.send("token", token=wrong, name="Loja da Lara", engine=journey.engine)
    assert "/instancia/nova/" in seller.url, "a wrong token was accepted"
    assert wrong not in seller.page, "a token is never written back into a page"
    seller.send("token", token=application["token"], name="Loja da Lara", engine=journey.engine)
    found = re.search(r"/instancia/([0-9a-f-]{36})/", seller.url)
    assert found, f"{seller.url}: {seller.words()[:500]}"
    journey.facts["instance"] = found.group(1)
    assert application["token"] not in seller.page
    return "wrong token refused, right one accepted and sealed"


def bring_online(journey: Journey) -> str:
    """3. The bot (or the endpoint) comes online."""
    seller, instance = journey.seller, journey.facts["instance"]
    seller.open(f"/instancia/{instance}/")
    if any("/iniciar/" in form.action for form in _posts(seller)):
        seller.send(action="/iniciar/")
    wait(lambda: "no ar" in Visitor.words(_opened(seller, f"/instancia/{instance}/estado/")).lower(), 60, lambda: seller.words())
    if journey.engine != "none":
        wait(lambda: journey.world.discord.is_online(journey.facts["application"]), 30)
        return "the bot is in the guild, by the gateway"
    assert not journey.world.discord.is_online(journey.facts["application"])
    return "the endpoint is verified, no process runs"


def fill_catalogue(journey: Journey) -> str:
    """4. A product with two variations, 50 stock items (five of them pasted twice), a coupon."""
    seller = journey.seller
    product = make_product(seller, "Sertão 2084", "refuse", {"Padrão": "39,90", "Deluxe": "64,90"})
    journey.facts["product"] = product
    add_stock(seller, product, 0, keys("PAD", 25))
    again = keys("DLX", 25)
    page = add_stock(seller, product, 1, [*again, *again[:5]])
    assert re.search(r"\b25\b", page)
    assert re.search(r"\b5\b", page), "repeated lines are told"
    assert again[0] not in page.split("<textarea")[0], "stock is not shown in clear"
    seller.open("/cupons/")
    seller.send("code", code="BEMVINDO", kind="percent", value="10")
    seller.open("/cupons/")
    assert "BEMVINDO" in seller.words()
    return "2 variations, 50 items, 5 repeated lines left out, coupon of 10%"


def publish(journey: Journey) -> str:
    """5. The card with Buy appears in the channel."""
    started = time.monotonic()
    publish_product(journey, journey.facts["product"])
    card = shopping.card_of(journey.bento, journey.facts["channel"], "Sertão 2084")
    assert "39,90" in text_of(card)
    return f"card in #vitrine after {time.monotonic() - started:.1f} s"


def order(journey: Journey) -> str:
    """6. Cart, coupon, order: QR picture, valid code, countdown; the price is the core's."""
    bento = journey.bento
    card = shopping.card_of(bento, journey.facts["channel"], "Sertão 2084")
    cart = shopping.open_cart(bento, card)
    cart = shopping.choose(bento, cart, variation="Deluxe", quantity=2, coupon="bemvindo")
    # 2 × 64,90 = 129,80, less 10% = 116,82
    assert "116,82" in text_of(cart.message), text_of(cart.message)
    shopping.accept(bento, cart)
    code = shopping.wait_for_code(bento, cart)
    assert Calculator(Crc16.IBM_3740.value).checksum(code[:-4].encode()) == int(code[-4:], 16), "the BR Code's checksum"
    assert "5406116.82" in code, "the amount is in the code"
    message = bento.wait_for(cart.message, lambda shown: bool(_pictures(shown)))
    picture = httpx.get(_absolute(journey, _pictures(message)[0]), timeout=10)
    width, height = shopping.picture_size(picture.content)
    assert width == height >= 150
    assert re.search(r"<t:\d+:R>", text_of(message)), "a countdown"
    assert message["flags"] & 64
    assert not [one for one in journey.bia.messages(journey.facts["channel"]) if one["id"] == message["id"]], "nobody else sees it"
    journey.facts |= {"order": cart, "order_message": message}
    return f"R$ 116,82, QR {width}×{height}, BR Code of {len(code)} characters"


def pay(journey: Journey) -> str:
    """7. Paid at the bank; the message changes by itself."""
    cart = journey.facts["order"]
    journey.world.bank.pay(cart.code)
    started = time.monotonic()
    journey.facts["order_message"] = shopping.wait_for_goods_button(journey.bento, cart)
    seconds = time.monotonic() - started
    journey.paid_to_delivered.append(seconds)
    assert not _pictures(journey.facts["order_message"]), "the QR goes away once it is paid"
    return f"delivered {seconds:.2f} s after the payment"


def receive(journey: Journey) -> str:
    """8. The goods for his eyes only; a notice by DM, without the goods; another buyer gets nothing by the same id."""
    bento, cart = journey.bento, journey.facts["order"]
    text = shopping.open_goods(bento, journey.facts["order_message"], cart.order_id)
    goods = re.findall(r"DLX-[0-9A-F]{16}", text)
    assert len(set(goods)) == 2, text
    again = shopping.open_goods(bento, journey.facts["order_message"], cart.order_id)
    assert set(re.findall(r"DLX-[0-9A-F]{16}", again)) == set(goods), "opening it again shows the same items"
    notices = wait(lambda: [one for one in bento.direct_messages() if f"see:{cart.order_id}" in custom_ids(one)], 20)
    assert len(notices) == 1
    assert not any(item in text_of(notices[0]) for item in goods), "the notice does not carry the goods"
    for other in (journey.bia,):
        for channel in (journey.facts["channel"],):
            assert not any(item in text_of(one) for item in goods for one in other.messages(channel))
    journey.facts["goods"] = goods
    return "2 items shown, the same again, one notice by DM"


def withdraw(journey: Journey) -> str:
    """9. Wallet, withdrawal, approval, payout: wallet, statement and bank agree."""
    seller, operator = journey.seller, journey.operator
    # 116,82 less 5% (5,84) = 110,98
    wait(lambda: "110,98" in Visitor.words(_opened(seller, "/carteira/")), 20, lambda: seller.words())
    assert re.search(r"\b0 dias\b|sem prazo|na hora", seller.words()), "the demo's hold is said on the screen"
    seller.send("holder_document", kind="cpf", key=CPF, holder_name="Lara Martins", holder_document=CPF)
    seller.open("/carteira/")
    assert CPF not in seller.page, "the key is masked"
    seller.send("amount_minor", amount_minor="110,98")
    operator.open("/admin/saques/")
    assert "110,98" in operator.words()
    operator.send(action="/aprovar/", reason="conferido")
    wait(lambda: _payouts(journey, -11098), 30, journey.world.bank_statement)
    wait(lambda: re.search(r"Em saque R\$\s?0,00", Visitor.words(_opened(seller, "/carteira/"))), 30, lambda: seller.words())
    statement = seller.words()
    for amount in ("116,82", "5,84"):
        assert amount in statement, "each cent leads to its order and its fee"
    bank = journey.world.bank_statement()
    assert len(_payouts(journey, -11098)) == 1, bank
    assert sum(line["amount_minor"] for line in bank if line["amount_minor"] == 11682) == 11682
    return "R$ 110,98 paid out once; wallet, statement and bank agree"


def share(journey: Journey) -> str:
    """10. The last item, two buyers at once; then "wait": the second is served by a restock, the third still waits."""
    seller = journey.seller
    product = make_product(seller, "Última chave", "refuse", {"Única": "10,00"})
    add_stock(seller, product, 0, keys("ULT", 1))
    publish_product(journey, product)
    carts = {}
    for person in (journey.bento, journey.bia):
        card = shopping.card_of(person, journey.facts["channel"], "Última chave")
        carts[person.id] = shopping.open_cart(person, card)
    charges_before = len(journey.world.charges())
    answers: dict[str, dict[str, Any]] = {}

    def press(person: Person) -> None:
        answers[person.id] = shopping.accept(person, carts[person.id])

    threads = [threading.Thread(target=press, args=(person,)) for person in (journey.bento, journey.bia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait(lambda: len(journey.world.charges()) > charges_before, 20)
    time.sleep(1)
    assert len(journey.world.charges()) == charges_before + 1, "exactly one charge exists"
    winner, loser = journey.bento, journey.bia
    if not _gets_a_code(winner, carts[winner.id]):
        winner, loser = loser, winner
    shopping.wait_for_code(winner, carts[winner.id])
    journey.world.bank.pay(carts[winner.id].code)
    shopping.wait_for_goods_button(winner, carts[winner.id])

    change_no_stock(seller, product, "wait")
    second, third = loser, journey.facts["caio"]
    for person in (second, third):
        card = shopping.card_of(person, journey.facts["channel"], "Última chave")
        carts[person.id] = cart = shopping.open_cart(person, card)
        shopping.accept(person, cart, button=_button(cart.message, "pay_waiting", "pay"))
        if "pay_waiting" in " ".join(custom_ids(cart.message)):
            shopping.accept(person, cart, button="pay_waiting")
        journey.world.bank.pay(shopping.wait_for_code(person, cart))
        person.wait_for(cart.message, _says_that_it_waits)
    add_stock(seller, product, 0, keys("ULT", 1))
    shopping.wait_for_goods_button(second, carts[second.id])
    time.sleep(1)
    assert f"see:{carts[third.id].order_id}" not in custom_ids(third.now(carts[third.id].message)), "the third still waits"
    return "one sold, one told before paying, the second served by the restock, the third waits"


STEPS: list[tuple[str, Callable[[Journey], str]]] = [
    ("sign up, confirm, trial", sign_up),
    ("connect the bot", connect_bot),
    ("bring it online", bring_online),
    ("fill the catalogue", fill_catalogue),
    ("publish", publish),
    ("order", order),
    ("pay", pay),
    ("receive", receive),
    ("withdraw", withdraw),
    ("share the last item", share),
]


def keys(prefix: str, count: int) -> list[str]:
    """Stock items that cannot be guessed."""
    return [f"{prefix}-{secrets.token_hex(8).upper()}" for _ in range(count)]


def make_product(seller: Visitor, name: str, no_stock: str, prices: dict[str, str]) -> str:
    """A product by the form; returns its id."""
    seller.open("/produtos/novo/")
    fields = {"name": name, "description": "Chave original. Ative na hora.", "no_stock": no_stock}
    for at, (variation, price) in enumerate(prices.items(), 1):
        fields |= {f"variation_name_{at}": variation, f"variation_price_{at}": price}
    seller.send("no_stock", **fields)
    found = re.search(r"/produtos/([0-9a-f-]{36})/", seller.url)
    assert found, f"{seller.url}: {seller.words()[:600]}"
    return found.group(1)


def change_no_stock(seller: Visitor, product: str, word: str) -> None:
    """What the product says when nothing is left."""
    seller.open(f"/produtos/{product}/")
    seller.send("no_stock", no_stock=word)


def add_stock(seller: Visitor, product: str, variation: int, items: list[str]) -> str:
    """Pastes items; returns the page that tells what became of them."""
    seller.open(f"/produtos/{product}/estoque/")
    form = seller.form("text")
    choice = form.choices["variation_id"][variation] if "variation_id" in form.choices else form.fields["variation_id"]
    return seller.send("text", variation_id=choice, text="\n".join(items))


def publish_product(journey: Journey, product: str) -> None:
    """Publishes by the form."""
    seller = journey.seller
    seller.open(f"/publicacao/?instance_id={journey.facts['instance']}")
    seller.send("channel_id", product_id=product, instance_id=journey.facts["instance"], channel_id=journey.facts["channel"])


def sell_again(journey: Journey, count: int) -> None:
    """More sales of the same kind, one after the other, timed."""
    if count <= 0:
        return
    product = make_product(journey.seller, "Vale Nuvem", "refuse", {"R$ 25": "25,00"})
    add_stock(journey.seller, product, 0, keys("VAL", count))
    publish_product(journey, product)
    # As many people as it takes for nobody to press faster than a person does: the shop would ask him to slow down.
    buyers = [_newcomer(journey, at) for at in range(min(count, 20))]
    journey.facts |= {f"newcomer {at}": person for at, person in enumerate(buyers)}
    for at in range(count):
        person = buyers[at % len(buyers)]
        card = shopping.card_of(person, journey.facts["channel"], "Vale Nuvem")
        _, seconds = shopping.buy_and_open(journey.world, person, card)
        journey.paid_to_delivered.append(seconds)


def _newcomer(journey: Journey, number: int) -> Person:
    user = journey.world.discord.make("users", username=f"buyer{number}", global_name=f"Buyer {number}")
    journey.world.discord.make(f"guilds/{journey.facts['guild']}/members", user_id=user["id"])
    return journey.world.discord.person(user["id"])


def _payouts(journey: Journey, amount_minor: int) -> list[dict[str, Any]]:
    return [line for line in journey.world.bank_statement() if line["amount_minor"] == amount_minor]


def _posts(visitor: Visitor) -> list[Any]:
    from tests.journey.forms import read_forms

    return [form for form in read_forms(visitor.page) if form.method == "post"]


def _opened(visitor: Visitor, path: str) -> Visitor:
    visitor.open(path)
    return visitor


def _pictures(message: dict[str, Any]) -> list[str]:
    found = [one["url"] for one in message.get("attachments") or [] if one["filename"].endswith(".png")]
    return found


def _absolute(journey: Journey, url: str) -> str:
    return url if url.startswith("http") else str(journey.world.discord.client.base_url).rstrip("/") + url


def _gets_a_code(person: Person, cart: shopping.Purchase) -> bool:
    return not re.search(r"[Ee]sgot|acab", text_of(person.now(cart.message))) and bool(
        [one for one in person.messages(cart.message["channel_id"]) if _pictures(one) and cart.order_id in " ".join(custom_ids(one))]
    )


def _says_that_it_waits(message: dict[str, Any]) -> bool:
    return bool(re.search(r"[12]º|fila|espera", text_of(message)))


def _button(message: dict[str, Any], *wanted: str) -> str:
    ends = {one.rsplit(":", 1)[-1] for one in custom_ids(message)}
    return next((one for one in wanted if one in ends), wanted[-1])
