"""The set-up checklist: the stages of the journey, what is done, and the one next step."""

import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.accounts.queries import allowance
from astra.core.journey.catalog.queries import ProductFacts, products
from astra.core.journey.delivery.queries import figures
from astra.core.journey.instances.queries import InstanceFacts, instances
from astra.core.journey.publication.queries import publications
from astra.core.journey.sales.queries import orders
from astra.core.journey.wallet.queries import wallet


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


def trail_of(seller_id: uuid.UUID) -> Trail:
    """Looks at every stage of a seller."""
    limits = allowance(seller_id)
    bots = instances(seller_id)
    goods = products(seller_id)
    shown = publications(seller_id)
    money = wallet(seller_id)
    has_stock = any(product.available for product in goods)
    has_sold = bool(orders(seller_id, limit=1))
    delivered = figures(seller_id).get("delivered", 0)
    bot_ready = any(bot.guild_id and bot.seen_state in ("online", "degraded") for bot in bots)
    steps = [
        Step("account", _("Account"), "user", True),
        Step("plan", _("Plan"), "receipt", bool(limits.plan_name)),
        Step("instances", _("Instance"), "plug-connected", bot_ready),
        Step("products", _("Products"), "package", has_stock or has_sold),
        Step("publications", _("Publication"), "speakerphone", any(one.state in ("published", "outdated") for one in shown)),
        Step("orders", _("Orders"), "shopping-bag", has_sold),
        Step("deliveries", _("Deliveries"), "truck-delivery", delivered > 0),
        Step("wallet", _("Wallet"), "wallet", money.payout_key is not None),
    ]
    first = next((step for step in steps if not step.is_done), None)
    return Trail(steps, _next(first, bots, goods) if first else None)


def _next(step: Step, bots: list[InstanceFacts], goods: list[ProductFacts]) -> NextStep:
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
