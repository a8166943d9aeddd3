"""A shop with a past: products, stock, a published card, orders in several states, money on its way out."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.publication.actions.publish_product import publish_product
from astra.core.journey.sales.actions.change_cart import change_cart
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.journey.sales.queries import order_facts
from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
from astra.core.journey.wallet.actions.request_withdrawal import request_withdrawal
from astra.core.journey.wallet.actions.set_policy import set_policy
from astra.core.journey.wallet.queries import wallet
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from tests.support.cast import PASSWORD, SellerInTest, make_seller
from tests.support.discord_sandbox import DiscordInTest
from tests.support.provider import ProviderInTest
from tests.support.queue import QueueInTest

CPF = "52998224725"


@dataclass(frozen=True, slots=True)
class Story:
    """What the tests open."""

    seller: SellerInTest
    operator: User
    instance_id: uuid.UUID
    product_id: uuid.UUID
    paid_order_id: uuid.UUID
    open_order_id: uuid.UUID


def make_operator() -> User:
    """A person with the admin panel."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user("olga@astra.example", PASSWORD, name="Olga", is_operator=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def tell_story(discord: DiscordInTest, provider: ProviderInTest, queue: QueueInTest) -> Story:
    """Makes everything by the product's own actions and the real sandboxes."""
    seller = make_seller("marina@loja.example", "Lampião Digital")
    rename_person(user_id=seller.user_id, name="Marina")
    operator = make_operator()
    actor, boss = Actor("member", str(seller.user_id)), Actor("operator", str(operator.id))
    set_policy(hold_days=0, key_cooldown_hours=0, minimum_minor=1000, fee_minor=0, actor=boss)
    people = [discord.user(name) for name in ("bia_lopes", "thiago.mp", "carol.dev")]
    guild = discord.guild(discord.user("marina"), *people, name="Guilda do Norte")
    bot = discord.bot("Lampião Digital", guild)
    instance_id = create_instance(seller_id=seller.id, name="Lampião Digital", token=Secret(bot.token), engine="none", actor=actor)
    product_id = _product(seller, actor, "Sertão 2084 (PC)", "refuse", [("Padrão", 3990), ("Deluxe", 6490)], 14)
    empty_id = _product(seller, actor, "Moedas do Sertão", "wait", [("5.000", 4200)], 0)
    create_coupon(seller_id=seller.id, code="CORDEL10", kind="percent", value=10, actor=actor, max_uses=50)
    publish_product(
        seller_id=seller.id,
        product_id=product_id,
        instance_id=instance_id,
        channel_id=guild.channel_id,
        channel_name="vitrine",
        actor=actor,
    )
    queue.run()
    place = {"seller_id": seller.id, "instance_id": instance_id, "guild_id": guild.id, "channel_id": guild.channel_id}
    paid = _order(place, people[0], "bia_lopes", product_id, coupon="CORDEL10", quantity=2)
    waiting = _order(place, people[1], "thiago.mp", empty_id, accepts_waiting=True)
    still_open = _order(place, people[2], "carol.dev", product_id)
    queue.run()
    for order_id in (paid, waiting):
        charge_id = order_facts(seller.id, order_id).charge_id
        assert charge_id is not None
        provider.pay(charge_facts(seller.id, charge_id).provider_id)
        take_reading(seller_id=seller.id, charge_id=charge_id)
        queue.run()
    register_payout_key(seller_id=seller.id, kind="cpf", key=CPF, holder_name="Marina Tavares", holder_document=CPF, actor=actor)
    available = wallet(seller.id).available_minor
    request_withdrawal(seller_id=seller.id, amount_minor=available // 3, actor=actor)
    queue.run()
    return Story(seller, operator, instance_id, product_id, paid, still_open)


def _product(seller: SellerInTest, actor: Actor, name: str, no_stock: str, prices: list[tuple[str, int]], items: int) -> uuid.UUID:
    product_id = create_product(
        seller_id=seller.id,
        name=name,
        description="Aventura de ação no sertão do futuro. A chave chega em segundos.",
        no_stock=no_stock,
        variations=[NewVariation(*one) for one in prices],
        actor=actor,
    )
    if items:
        for one in product_facts(seller.id, product_id).variations:
            text = "\n".join(f"{one.name}-{number:04}-{uuid.uuid4().hex}" for number in range(items))
            import_stock(seller_id=seller.id, variation_id=one.id, text=text, actor=actor)
    return product_id


def _order(
    place: dict[str, object],
    buyer_id: str,
    buyer_name: str,
    product_id: uuid.UUID,
    *,
    coupon: str = "",
    quantity: int = 1,
    accepts_waiting: bool = False,
) -> uuid.UUID:
    seller_id: uuid.UUID = place["seller_id"]  # type: ignore[assignment]
    order_id = open_cart(**place, buyer_id=buyer_id, buyer_name=buyer_name, product_id=product_id, click_id=uuid.uuid4().hex)  # type: ignore[arg-type]
    change_cart(seller_id=seller_id, order_id=order_id, buyer_id=buyer_id, quantity=quantity, coupon_code=coupon or None)
    return place_order(
        seller_id=seller_id, order_id=order_id, buyer_id=buyer_id, click_id=uuid.uuid4().hex, accepts_waiting=accepts_waiting
    )
