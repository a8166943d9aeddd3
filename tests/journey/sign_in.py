"""Two steps beside the first sale: coming in by the offline Discord, and the second factor. Both by the pages alone."""

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from collections.abc import Callable

from tests.journey.steps import PASSWORD, Journey
from tests.journey.visitor import Visitor


def by_discord(journey: Journey) -> str:
    """A newcomer comes in by Discord without a password, and again with one press; who says no stays outside."""
    discord, portal = journey.world.discord, journey.world.addresses["portal"]
    name = f"nina{secrets.token_hex(3)}"
    nina = discord.make("users", username=name, global_name="Nina")["id"]
    visitor = Visitor(portal)
    _ask_discord(visitor)
    visitor.send("user_id", user_id=nina, button="no")
    assert "Nada foi alterado" in visitor.words(), visitor.words()[:400]
    _ask_discord(visitor)
    visitor.send("user_id", user_id=nina, button="yes")
    assert "/conta/discord/conta/" in visitor.url, visitor.url
    assert f"{name}@example.com" in visitor.page
    visitor.send(action="/conta/discord/conta/")
    assert "/comecar/" in visitor.url, f"{visitor.url}: {visitor.words()[:400]}"
    again = Visitor(portal)
    _ask_discord(again)
    again.send("user_id", user_id=nina, button="yes")
    again.open("/conta/seguranca/")
    assert "Nina" in again.words()
    return "refused, signed up with a confirmed address, and in again by one press"


def second_factor(journey: Journey) -> str:
    """An authenticator app is added; from then on the password opens nothing alone, and a recovery code works once."""
    visitor, address = journey.seller, str(journey.facts["seller_email"])
    visitor.open("/conta/seguranca/aplicativo/")
    if "/confirm" in visitor.url or "/reauthenticate/" in visitor.url:
        visitor.send("password", password=PASSWORD)
    found = re.search(r'id="app-key">\s*([A-Z2-7]+)\s*<', visitor.page)
    assert found, f"{visitor.url}: {visitor.words()[:400]}"
    key = found.group(1)
    visitor.send("code", code=_code(key))
    codes = re.findall(r'<span class="id">(\d{8})</span>', visitor.page)
    assert len(codes) == 10, visitor.words()[:400]
    doors = [_comes_in(journey, address, code) for code in ("", codes[0], codes[0])]
    assert doors == [False, True, False], doors
    visitor.open("/")
    assert "/conta/" not in visitor.url, "who added the app stays in"
    return "a password alone stays outside, a recovery code opens once"


SIGN_IN: list[tuple[str, Callable[[Journey], str]]] = [("sign in with Discord", by_discord), ("two-factor", second_factor)]


def _ask_discord(visitor: Visitor) -> None:
    visitor.open("/conta/login/")
    visitor.send(action="/conta/discord/entrar/")
    assert "/oauth2/authorize" in visitor.url, visitor.url


def _comes_in(journey: Journey, address: str, code: str) -> bool:
    visitor = Visitor(journey.world.addresses["portal"])
    visitor.open("/conta/login/")
    visitor.send("login", login=address, password=PASSWORD)
    if code:
        visitor.send("code", code=code)
    visitor.open("/carteira/")
    return "/carteira/" in visitor.url


def _code(key: str) -> str:
    """As an app does: RFC 6238 over RFC 4226."""
    raw = base64.b32decode(key + "=" * (-len(key) % 8))
    digest = hmac.digest(raw, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
