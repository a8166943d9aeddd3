"""More people of a seller's team, one for each role."""

import uuid

from tests.support.cast import PASSWORD, SellerInTest


def make_person(email: str, name: str) -> uuid.UUID:
    """A person with a confirmed address and no shop."""
    from allauth.account.models import EmailAddress

    from astra.core.journey.accounts.models import User

    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user.id


def add_member(seller: SellerInTest, role: str, email: str = "") -> uuid.UUID:
    """A new person in a seller's team; returns the person's id."""
    from astra.core.foundation.tenancy.acting import acting_for
    from astra.core.foundation.tenancy.route import add_route
    from astra.core.journey.accounts.models import Member

    person_id = make_person(email or f"{role}-{str(seller.id)[-8:]}@equipe.example", role.capitalize())
    with acting_for(seller.id):
        Member.objects.create(seller_id=seller.id, user_id=person_id, role=role)
        add_route(kind="member", key=str(person_id), seller_id=seller.id)
    return person_id


def sign_in_with_discord(person_id: uuid.UUID, discord_id: str) -> None:
    """Links a Discord account to a person, as signing in with it does."""
    from allauth.socialaccount.models import SocialAccount

    SocialAccount.objects.create(user_id=person_id, provider="discord", uid=discord_id, extra_data={})
