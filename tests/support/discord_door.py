"""Through Discord's door and back, as a browser goes: the portal's form, the page of the offline Discord, the way back."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.urls import reverse

from tests.support.discord_sandbox import DiscordInTest

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def browser(**more: Any) -> Client:
    """A browser that reads Portuguese."""
    return Client(HTTP_ACCEPT_LANGUAGE="pt-BR", HTTP_USER_AGENT=AGENT, **more)


def begin(client: Client, name: str = "discord_login", **fields: str) -> str:
    """Sends the form that begins; where Discord asks."""
    answer = client.post(reverse(name), fields)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come_back(client: Client, address: str, **changed: str) -> Any:
    """Opens the address that Discord led back to, with parts of it changed."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return client.get(f"{parts.path}?{urlencode(query)}")


def through_discord(client: Client, discord: DiscordInTest, user_id: str, name: str = "discord_login", **fields: str) -> Any:
    """All of it: the portal's answer to who came back."""
    return come_back(client, discord.answer(begin(client, name, **fields), user_id))


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return client.get(reverse("mfa_index")).status_code == 200
