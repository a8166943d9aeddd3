"""The cast of every test: a seller, another seller, a buyer, an operator."""

import uuid
from dataclasses import dataclass

import pytest

PASSWORD = "uma senha bem longa"


@dataclass(frozen=True, slots=True)
class SellerInTest:
    """A seller with a member who owns it."""

    id: uuid.UUID
    user_id: uuid.UUID
    email: str


@dataclass(frozen=True, slots=True)
class BuyerInTest:
    """A buyer is a Discord user."""

    id: str
    name: str


def make_seller(email: str, name: str, *, fee_basis_points: int = 500) -> SellerInTest:
    """A person with a confirmed address who owns a seller that may sell."""
    from allauth.account.models import EmailAddress

    from astra.core.journey.accounts.actions.open_seller import open_seller
    from astra.core.journey.accounts.actions.set_allowance import set_allowance
    from astra.core.journey.accounts.models import User

    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    seller_id = open_seller(user_id=user.id, name=name)
    set_allowance(
        seller_id=seller_id,
        plan_name="Trial",
        sells_until=None,
        max_instances=3,
        max_products=50,
        max_members=10,
        fee_basis_points=fee_basis_points,
        engines=["none", "local", "pool"],
    )
    return SellerInTest(seller_id, user.id, email)


@pytest.fixture
def seller(db: None) -> SellerInTest:
    """The seller of the story."""
    return make_seller("lara@loja.example", "Loja da Lara")


@pytest.fixture
def other_seller(db: None) -> SellerInTest:
    """Somebody else, to whom everything of the first one answers 404."""
    return make_seller("otto@outra.example", "Outra Loja")


@pytest.fixture
def operator(db: None):  # type: ignore[no-untyped-def]
    """A person who may open the admin panel."""
    from allauth.account.models import EmailAddress

    from astra.core.journey.accounts.models import User

    user = User.objects.create_user("olga@astra.example", PASSWORD, name="Olga", is_operator=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def buyer() -> BuyerInTest:
    """A person on Discord."""
    return BuyerInTest("310000000000000001", "bento")
