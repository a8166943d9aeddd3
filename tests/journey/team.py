"""The step of the team: a letter with an invitation, a new account, and what its role may and may not."""

import secrets

from tests.journey.steps import PASSWORD, Journey
from tests.journey.visitor import Lost, Visitor


def invite_member(journey: Journey) -> str:
    """A member by e-mail: invited, signed up from the letter, accepted once, let in and kept out by the role."""
    seller, address = journey.seller, f"nova-{secrets.token_hex(4)}@equipe.example"
    seller.open("/equipe/")
    seller.send("address", kind="email", address=address, role="stock")
    assert address in seller.words(), seller.words()[:500]
    link = journey.world.mailbox.link(address, r"/convite/")
    nova = Visitor(journey.world.addresses["portal"])
    nova.open(link)
    assert "Loja da Lara" in nova.words()
    assert address not in nova.words(), "the link alone does not tell whose it is"
    nova.open("/conta/signup/")
    nova.send("email", email=address, password1=PASSWORD)
    nova.open(journey.world.mailbox.link(address, r"/conta/confirm-email/"))
    nova.send(action="confirm-email")
    if "/conta/login/" in nova.url:
        nova.send("login", login=address, password=PASSWORD)
    nova.open("/")
    assert "/lojas/" in nova.url, "who is invited is not asked to open a shop"
    nova.send(action="/aceitar/")
    nova.open("/produtos/")
    assert "Sertão 2084" in nova.words()
    for closed in ("/carteira/", "/pedidos/", "/produtos/novo/"):
        _refused(nova, closed)
    try:
        Visitor(journey.world.addresses["portal"]).open(link)
        raise AssertionError("an invitation opens once")
    except Lost:
        pass
    seller.open("/equipe/")
    seller.send("address", kind="email", address="mais@equipe.example", role="stock")
    assert "permite até" in seller.words(), f"a full team names the plan that has room: {seller.words()[:500]}"
    return "invited by letter, in as stock; the wallet is closed to her, and the full team names the larger plan"


def _refused(visitor: Visitor, path: str) -> None:
    try:
        visitor.open(path)
    except Lost as lost:
        said = str(lost)
    else:
        raise AssertionError(f"{path} opened")
    assert "403" in said
    assert "Sua função" in visitor.words()
