"""The set-up checklist: the stages of the journey, what is done, and the one next step."""

import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.tenancy.acting import reading_for
from astra.core.journey.accounts.holder import has_holder
from astra.core.journey.accounts.queries import AllowanceFacts, allowance
from astra.core.journey.catalog.queries import ProductFacts, products
from astra.core.journey.delivery.queries import figures
from astra.core.journey.instances.queries import InstanceFacts, instances
from astra.core.journey.publication.queries import PublicationFacts, publications
from astra.core.journey.sales.queries import OrderFacts, orders
from astra.core.journey.wallet.queries import WalletFacts, wallet


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the trail."""

    name: str
    title: "str | Promise"
    mark: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now: what, why, and the button."""

    name: str
    mark: str
    title: "str | Promise"
    words: "str | Promise"
    button: "str | Promise"
    where: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The whole trail; ``next_step`` is None when everything is done."""

    steps: list[Step]
    next_step: NextStep | None

    @property
    def done(self) -> int:
        """How many stages are done."""
        return sum(step.is_done for step in self.steps)


@dataclass(frozen=True, slots=True)
class Sight:
    """Every stage of a seller, read once, in one view of the database."""

    limits: AllowanceFacts
    bots: list[InstanceFacts]
    goods: list[ProductFacts]
    shown: list[PublicationFacts]
    money: WalletFacts
    latest: list[OrderFacts]
    delivered: int
    has_holder: bool
    person_name: str


def sight_of(seller_id: uuid.UUID, person_name: str, latest: int = 1) -> Sight:
    """Looks at every stage of a seller, for a person of that name; ``latest`` says how many orders."""
    with reading_for(seller_id):
        return Sight(
            allowance(seller_id),
            instances(seller_id),
            products(seller_id),
            publications(seller_id),
            wallet(seller_id),
            orders(seller_id, limit=latest),
            figures(seller_id).get("delivered", 0),
            has_holder(seller_id),
            person_name,
        )


def trail_of(sight: Sight) -> Trail:
    """The trail that a seller sees."""
    limits, bots, goods, shown, money = sight.limits, sight.bots, sight.goods, sight.shown, sight.money
    has_stock = any(product.available for product in goods)
    has_sold, delivered = bool(sight.latest), sight.delivered
    bot_ready = any(bot.guild_id and bot.seen_state in ("online", "degraded") for bot in bots)
    steps = [
        Step("account", _("Account"), "user", bool(sight.person_name)),
        Step("plan", _("Plan"), "receipt", bool(limits.plan_name)),
        Step("instances", _("Instance"), "plug-connected", bot_ready),
        Step("products", _("Products"), "package", has_stock or has_sold),
        Step("publications", _("Publication"), "speakerphone", any(one.state in ("published", "outdated") for one in shown)),
        Step("orders", _("Orders"), "shopping-bag", has_sold),
        Step("deliveries", _("Deliveries"), "truck-delivery", delivered > 0),
        Step("wallet", _("Wallet"), "wallet", money.payout_key is not None),
    ]
    first = next((step for step in steps if not step.is_done), None)
    return Trail(steps, _next(first, sight) if first else None)


def _next(step: Step, sight: Sight) -> NextStep:
    bots, goods = sight.bots, sight.goods
    if step.name == "wallet" and not sight.has_holder:
        how = _("Name and CPF or CNPJ of who receives the money. Kept sealed, shown masked.")
        return NextStep(step.name, step.mark, _("Say who receives the money"), how, _("Give the holder"), reverse("holder"))
    if step.name == "instances" and bots:
        where = reverse("instance", args=[bots[0].id])
        if not bots[0].guild_id and bots[0].seen_state in ("online", "degraded"):
            how = _("Open the invite and choose the server. It takes two clicks.")
            return NextStep(step.name, step.mark, _("Add the bot to your server"), how, _("Add the bot"), where)
        return NextStep(
            step.name, step.mark, _("See how your bot is"), _("It is connected, but not on air yet."), _("Open the instance"), where
        )
    if step.name == "products" and goods:
        where = reverse("stock", args=[goods[0].id])
        how = _("Paste the items, one per line. They are sealed at once.")
        return NextStep(step.name, step.mark, _("Add stock to your product"), how, _("Add stock"), where)
    title, words, button, target = _WORDS[step.name]
    return NextStep(step.name, step.mark, title, words, button, reverse(target))


_WORDS: dict[str, tuple["str | Promise", "str | Promise", "str | Promise", str]] = {
    "account": (
        _("Complete your profile"),
        _("How we call you, your language and your time zone. It takes half a minute."),
        _("Open the profile"),
        "account",
    ),
    "plan": (_("Start the trial"), _("Seven days, no card. Everything works for real."), _("See the plan"), "plan"),
    "instances": (
        _("Connect your bot"),
        _("Your shop speaks through a bot of yours. Connecting takes about 3 minutes."),
        _("Connect a bot"),
        "new_instance",
    ),
    "products": (
        _("Make the first product"),
        _("Name, price and stock. You see the Discord card take shape beside it."),
        _("Make a product"),
        "new_product",
    ),
    "publications": (_("Publish the card"), _("Choose the channel where people will buy."), _("Choose the channel"), "publications"),
    "orders": (
        _("Your shop is open"),
        _("The first order shows here by itself. Tell your members."),
        _("See the published cards"),
        "publications",
    ),
    "deliveries": (
        _("The first delivery is on its way"),
        _("It begins by itself when the payment is confirmed."),
        _("See the orders"),
        "orders",
    ),
    "wallet": (
        _("Register your PIX key to receive the money"),
        _("The key has to be of your own CPF or CNPJ; we check it at once."),
        _("Register a PIX key"),
        "payout_key",
    ),
}
