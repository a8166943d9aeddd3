"""OAuth2 from the page to the token, as a shop that signs people in uses it."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

from .town import Json, Town

BACK = "http://127.0.0.1:9/signed-in?from=discord"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


async def register(town: Town) -> str:
    """Registers the address; the application's secret."""
    status, answer = await town.send("PATCH", f"/_sandbox/applications/{town.bot}", {"redirect_uris": [BACK], "client_secret": True})
    assert status == 200, answer
    secret: str = answer["client_secret"]
    return secret


def link(town: Town, **more: str) -> str:
    """Where a shop sends a person."""
    query = {"client_id": town.bot, "response_type": "code", "redirect_uri": BACK, "scope": "identify email", "state": "s&=1", **more}
    return "/oauth2/authorize?" + urlencode(query)


async def answer_page(town: Town, address: str, **form: str) -> dict[str, str]:
    """What the page's answer carries back."""
    async with town.client.post(address, data={"user_id": town.buyer, **form}, allow_redirects=False) as got:
        assert got.status == 302
        parts = urlsplit(got.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK.split("?", maxsplit=1)[0]
    return {key: value[0] for key, value in parse_qs(parts.query).items()}


async def post(town: Town, path: str, **form: str) -> tuple[int, Json]:
    """A form to the API."""
    async with town.client.post("/api/v10" + path, data=form) as got:
        return got.status, await got.json()


async def bearer(town: Town, path: str, token: str) -> tuple[int, Json]:
    """A request with a person's token."""
    async with town.client.get("/api/v10" + path, headers={"Authorization": f"Bearer {token}"}) as got:
        return got.status, await got.json()


async def test_a_person_signs_in_with_pkce(town: Town) -> None:
    secret = await register(town)
    address = link(town, code_challenge=CHALLENGE, code_challenge_method="S256")
    async with town.client.get(address, headers={"Accept-Language": "pt-BR"}) as page:
        text = await page.text()
        assert "form-action 'self' http://127.0.0.1:9" in page.headers["Content-Security-Policy"]
    assert "Loja pede para" in text
    assert "Ver seu endereço de e-mail" in text
    assert "bia" in text
    told = await answer_page(town, address, answer="yes")
    assert (told["state"], told["from"]) == ("s&=1", "discord")
    client = {"client_id": town.bot, "client_secret": secret}
    wanted = {**client, "grant_type": "authorization_code", "code": told["code"], "redirect_uri": BACK}
    status, made = await post(town, "/oauth2/token", **wanted, code_verifier=VERIFIER)
    assert (status, made["token_type"], made["scope"]) == (200, "Bearer", "identify email")
    assert (await post(town, "/oauth2/token", **wanted, code_verifier=VERIFIER))[1]["error"] == "invalid_grant"  # once only
    status, me = await bearer(town, "/users/@me", made["access_token"])
    assert (status, me["id"], me["email"], me["verified"]) == (200, town.buyer, "bia@example.com", True)
    assert (await bearer(town, "/oauth2/@me", made["access_token"]))[1]["user"]["id"] == town.buyer
    assert (await bearer(town, "/users/@me/guilds", made["access_token"]))[0] == 403
    assert (await bearer(town, f"/guilds/{town.guild}", made["access_token"]))[0] == 401
    status, fresh = await post(town, "/oauth2/token", **client, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert status == 200
    assert (await bearer(town, "/users/@me", made["access_token"]))[0] == 401
    assert (await post(town, "/oauth2/token/revoke", **client, token=fresh["access_token"]))[0] == 200
    assert (await bearer(town, "/users/@me", fresh["access_token"]))[0] == 401


async def test_a_wrong_verifier_secret_or_address_gets_nothing(town: Town) -> None:
    secret = await register(town)
    address = link(town, code_challenge=CHALLENGE, code_challenge_method="S256")
    client = {"client_id": town.bot, "client_secret": secret, "grant_type": "authorization_code", "redirect_uri": BACK}
    for wrong, error in (
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": VERIFIER, "redirect_uri": BACK + "/"}, "invalid_grant"),
        ({"code_verifier": VERIFIER, "client_secret": "wrong"}, "invalid_client"),
        ({"code_verifier": VERIFIER, "grant_type": "password"}, "unsupported_grant_type"),
    ):
        code = (await answer_page(town, address, answer="yes"))["code"]
        status, answer = await post(town, "/oauth2/token", **{**client, "code": code, **wrong})
        assert (status >= 400, answer["error"]) == (True, error)
    code = (await answer_page(town, address, answer="yes"))["code"]
    await town.make("/clock", offset_seconds=601)
    assert (await post(town, "/oauth2/token", **client, code=code, code_verifier=VERIFIER))[0] == 400


async def test_no_means_no_and_a_strange_address_is_not_led_to(town: Town) -> None:
    await register(town)
    told = await answer_page(town, link(town), answer="no")
    assert (told["error"], told["state"]) == ("access_denied", "s&=1")
    for bad in ({"redirect_uri": "http://127.0.0.1:9/signed-in"}, {"client_id": "1"}, {"redirect_uri": "https://evil.example"}):
        for method in ("GET", "POST"):
            async with town.client.request(method, link(town, **bad), allow_redirects=False) as got:
                assert got.status == 400
    async with town.client.get(link(town, scope="everything"), allow_redirects=False) as got:
        assert "error=invalid_scope" in got.headers["Location"]
    async with town.client.post(link(town), headers={"Origin": "https://evil.example"}, data={"answer": "yes"}) as got:
        assert got.status == 403


async def test_a_bot_comes_along_and_an_owner_needs_no_page(town: Town) -> None:
    secret = await register(town)
    await town.send("DELETE", f"/_sandbox/guilds/{town.guild}/bots/{town.bot}")
    other = await town.make("/guilds", name="Outra", owner_id=town.buyer)
    async with town.client.get(link(town, scope="identify bot", guild_id=other["id"])) as got:
        assert f'<option value="{other["id"]}" selected>Outra</option>' in await got.text()
    address = link(town, scope="identify bot", permissions="2048")
    async with town.client.post(address, data={"user_id": town.buyer, "answer": "yes", "guild_id": town.guild}) as got:
        assert got.status == 403  # she does not manage it
        assert "não pode trazer um bot para Lampião" in await got.text()
    assert town.bot not in town.world.guild(town.guild).members
    owner = town.world.guild(town.guild).owner_id
    told = await answer_page(town, address, answer="yes", guild_id=town.guild, user_id=owner)
    assert (told["guild_id"], told["permissions"]) == (town.guild, "2048")
    assert town.bot in town.world.guild(town.guild).members
    basic = base64.b64encode(f"{town.bot}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "identify guilds"}
    async with town.client.post("/api/v10/oauth2/token", data=form, headers={"Authorization": f"Basic {basic}"}) as got:
        made = await got.json()
    assert "refresh_token" not in made
    assert (await bearer(town, "/users/@me/guilds", made["access_token"]))[0] == 200


async def test_an_invitation_without_code_is_the_clients(town: Town) -> None:
    async with town.client.get(f"/oauth2/authorize?client_id={town.bot}&scope=bot") as got:
        assert "authorize.js" in await got.text()


async def test_a_link_may_leave_out_the_only_address(town: Town) -> None:
    await register(town)
    short = {"client_id": town.bot, "response_type": "code", "scope": "identify"}
    assert "code" in await answer_page(town, "/oauth2/authorize?" + urlencode(short), answer="yes")
    assert (await answer_page(town, "/oauth2/authorize?" + urlencode(short), answer="no"))["error"] == "access_denied"
    wrong = "/oauth2/authorize?" + urlencode({**short, "scope": "everything"})
    async with town.client.get(wrong, allow_redirects=False) as got:
        assert (got.status, got.headers["Location"].startswith(BACK.split("?", maxsplit=1)[0])) == (302, True)
