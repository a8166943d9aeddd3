"""``astra seed``: the demo's people and an open shop. Steps that were done are not done again."""

import argparse
import json
import secrets
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from astra.core.project.home import astra_home, own_secret
from astra.core.project.programs.django_up import set_up

SELLER = "lara@loja.example"
OPERATOR = "olga@astra.example"
SHOP = "Loja da Lara"
# A CPF whose check digits are right and that belongs to nobody we know; the demo's bank accepts it for its holder.
HOLDER, DOCUMENT = "Lara Martins", "52998224725"
ONLINE_SECONDS = 40


class Memory:
    """What the seed made already, in a file of the installation: a seed that was cut off goes on where it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """The result of a step, from the file or made now."""
        if name not in self.known:
            self.known[name] = make()
            draft = self.path.with_suffix(".draft")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(self.known), encoding="utf-8")
            draft.replace(self.path)
        return self.known[name]


def main(argv: list[str]) -> int:
    """Prints one JSON line: people and the address of the shop's channel."""
    parser = argparse.ArgumentParser(prog="astra seed", description=__doc__)
    parser.add_argument("--engine", choices=("local", "none", "pool", "docker", "kubernetes"), default="local")
    engine = parser.parse_args(argv).engine
    set_up()
    from django.conf import settings

    if settings.ASTRA_ENVIRONMENT != "demo":
        print("Only the demo is seeded. Nothing was changed.")
        return 1
    memory = Memory(astra_home() / "seed.json")
    with httpx.Client(base_url=settings.ASTRA_DISCORD_SITE, timeout=30) as sandbox:
        world = memory.once("discord", lambda: _discord(sandbox))
        seller_id = uuid.UUID(memory.once("seller", lambda: _people(engine)))
        instance_id = uuid.UUID(memory.once("instance", lambda: _instance(seller_id, world, engine)))
        _shop(memory, seller_id, instance_id, world)
    print(
        json.dumps({"people": _introductions(world), "shop_url": _channel_url(settings.ASTRA_DISCORD_SITE, world), "world": _public(world)})
    )
    return 0


def demo_password(name: str) -> str:
    """The generated password of a person of this demo."""
    return own_secret(f"demo-{name}")[:20]


def _discord(sandbox: httpx.Client) -> dict[str, Any]:
    def make(path: str, **fields: Any) -> dict[str, Any]:
        answer = sandbox.post(f"/_sandbox/{path}", json=fields)
        answer.raise_for_status()
        return dict(answer.json())

    users = {name.lower(): make("users", username=name.lower(), global_name=name) for name in ("Lara", "Bento", "Bia")}
    guild = make("guilds", name=SHOP, owner_id=users["lara"]["id"])
    channel = make(f"guilds/{guild['id']}/channels", name="vitrine")
    for buyer in ("bento", "bia"):
        make(f"guilds/{guild['id']}/members", user_id=users[buyer]["id"])
    application = make("applications", name=SHOP, owner_id=users["lara"]["id"])
    make(f"guilds/{guild['id']}/bots", application_id=application["id"])
    return {
        "users": {name: user["id"] for name, user in users.items()},
        "guild": guild["id"],
        "channel": channel["id"],
        "application": application["id"],
        "token": application["token"],
    }


def _people(engine: str) -> str:
    from allauth.account.models import EmailAddress

    from astra.core.journey.accounts.actions.open_seller import open_seller
    from astra.core.journey.accounts.models import User
    from astra.core.journey.accounts.queries import seller_of
    from astra.core.journey.billing.actions.start_trial import start_trial
    from astra.core.journey.wallet.actions.set_policy import set_policy
    from astra.core.project.programs.operator import make_operator

    make_operator(OPERATOR, demo_password("olga"), "Olga")
    user = User.objects.filter(email=SELLER).first() or User.objects.create_user(SELLER, demo_password("lara"), name="Lara")
    EmailAddress.objects.get_or_create(user=user, email=SELLER, defaults={"verified": True, "primary": True})
    seller_id = seller_of(user.id) or open_seller(user_id=user.id, name=SHOP)
    _allow(engine)
    start_trial(seller_id=seller_id, actor=_seeder())
    # The demo pays out at once and says so on the wallet's page; production holds 7 days and 24 hours.
    set_policy(hold_days=0, key_cooldown_hours=0, minimum_minor=100, fee_minor=0, actor=_seeder())
    return str(seller_id)


def _allow(engine: str) -> None:
    """The trial includes the way to run that the demo was asked for, as an operator would set it."""
    from astra.core.journey.billing.actions.define_plan import define_plan
    from astra.core.journey.billing.queries import defined_plans

    trial = next(one for one in defined_plans() if one.period == "trial")
    if engine not in trial.engines:
        names = ("code", "name", "period", "days", "price_minor", "fee_basis_points", "max_instances", "max_products", "max_members")
        terms = {name: getattr(trial, name) for name in names}
        define_plan(**terms, engines=[*trial.engines, engine], is_hidden=trial.is_hidden, is_new=False)


def _instance(seller_id: uuid.UUID, world: dict[str, Any], engine: str) -> str:
    from astra.core.foundation.sealing.secret import Secret
    from astra.core.journey.instances.actions.create_instance import create_instance
    from astra.core.journey.instances.actions.start_instance import start_instance

    actor = _seeder()
    made = create_instance(seller_id=seller_id, name=SHOP, token=Secret(world["token"]), engine=engine, actor=actor)
    start_instance(seller_id=seller_id, instance_id=made, actor=actor)
    return str(made)


def _shop(memory: Memory, seller_id: uuid.UUID, instance_id: uuid.UUID, world: dict[str, Any]) -> None:
    from astra.core.journey.catalog.actions.create_coupon import create_coupon
    from astra.core.journey.catalog.queries import product_facts
    from astra.core.journey.instances.queries import instance_facts
    from astra.core.journey.wallet.actions.register_payout_key import register_payout_key

    actor = _seeder()
    goods = (
        (
            "Sertão 2084",
            "Chave original para PC. Ative na hora e jogue no seu idioma.",
            "refuse",
            (("Padrão", 3990, 30), ("Deluxe", 6490, 20)),
        ),
        ("Vale Nuvem", "Crédito para a sua conta. O código chega em segundos.", "refuse", (("R$ 25", 2500, 40), ("R$ 50", 4900, 25))),
        (
            "Curso de pixel art",
            "Acesso vitalício. As vagas entram aos poucos: quem espera é atendido por ordem de pagamento.",
            "wait",
            (("Uma vaga", 1990, 1),),
        ),
    )
    for place, (name, description, no_stock, variations) in enumerate(goods):
        product_id = uuid.UUID(memory.once(f"product {place}", partial(_product, seller_id, name, description, no_stock, variations)))
        for variation, (_, _, count) in zip(product_facts(seller_id, product_id).variations, variations, strict=True):
            memory.once(f"stock {variation.id}", partial(_stock, seller_id, variation.id, name, count))
    memory.once("coupon", lambda: str(create_coupon(seller_id=seller_id, code="BEMVINDO", kind="percent", value=10, actor=actor)))
    memory.once(
        "payout key",
        lambda: str(
            register_payout_key(seller_id=seller_id, kind="cpf", key=DOCUMENT, holder_name=HOLDER, holder_document=DOCUMENT, actor=actor)
        ),
    )
    deadline = time.monotonic() + ONLINE_SECONDS
    while instance_facts(seller_id, instance_id).seen_state != "online" and time.monotonic() < deadline:
        time.sleep(0.2)
    for place in range(len(goods)):
        product_id = uuid.UUID(memory.known[f"product {place}"])
        memory.once(f"publication {place}", partial(_publication, seller_id, product_id, instance_id, world["channel"]))


def _product(seller_id: uuid.UUID, name: str, description: str, no_stock: str, variations: tuple[tuple[str, int, int], ...]) -> str:
    from astra.core.journey.catalog.actions.create_product import NewVariation, create_product

    news = [NewVariation(name=word, price_minor=price) for word, price, _ in variations]
    return str(create_product(seller_id=seller_id, name=name, description=description, no_stock=no_stock, variations=news, actor=_seeder()))


def _stock(seller_id: uuid.UUID, variation_id: uuid.UUID, name: str, count: int) -> int:
    from astra.core.journey.catalog.actions.import_stock import import_stock

    keys = "\n".join("-".join([name[:3], *(secrets.token_hex(2) for _ in range(3))]).upper() for _ in range(count))
    return import_stock(seller_id=seller_id, variation_id=variation_id, text=keys, actor=_seeder()).added


def _publication(seller_id: uuid.UUID, product_id: uuid.UUID, instance_id: uuid.UUID, channel_id: str) -> str:
    from astra.core.journey.publication.actions.publish_product import publish_product

    return str(
        publish_product(
            seller_id=seller_id,
            product_id=product_id,
            instance_id=instance_id,
            channel_id=channel_id,
            channel_name="vitrine",
            actor=_seeder(),
        )
    )


def _seeder() -> Any:
    # Imported here: tables may be imported only after Django is set up.
    from astra.core.foundation.audit import Actor

    return Actor.system("seed")


def _public(world: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in world.items() if name != "token"}


def _introductions(world: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"role": "seller", "name": "Lara", "login": SELLER, "password": demo_password("lara"), "discord": world["users"]["lara"]},
        {"role": "operator", "name": "Olga", "login": OPERATOR, "password": demo_password("olga"), "discord": ""},
        {"role": "buyer", "name": "Bento", "login": "", "password": "", "discord": world["users"]["bento"]},
        {"role": "buyer", "name": "Bia", "login": "", "password": "", "discord": world["users"]["bia"]},
    ]


def _channel_url(site: str, world: dict[str, Any]) -> str:
    return f"{site}/channels/{world['guild']}/{world['channel']}?as={world['users']['bento']}"
