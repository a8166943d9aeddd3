"""A person in a browser without JavaScript: opens pages of the portal and sends their forms."""

import re
from html import unescape
from urllib.parse import urljoin

import httpx

from tests.journey.forms import Form, read_forms


class Lost(AssertionError):
    """A page did not hold what the journey needs."""


class Visitor:
    """Cookies, the page that is open, its forms."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=30, headers={"Accept-Language": "pt-BR"})
        self.page = ""
        self.url = base

    def open(self, path: str) -> str:
        """Opens a page; anything but 200 is the end of the journey."""
        self._take(self.client.get(urljoin(str(self.url), path)))
        return self.page

    def send(self, needs: str = "", *, action: str = "", button: str | None = None, **values: str | list[str]) -> str:
        """Fills the form that has a field named ``needs`` (or goes to an action that contains ``action``) and sends it."""
        form = self.form(needs, action)
        data: dict[str, str | list[str]] = {**form.fields, **values}
        for name, value in form.buttons:
            if name and (button is None or value == button):
                data[name] = value
                break
        self._take(
            self.client.request(
                form.method, urljoin(str(self.url), form.action or str(self.url)), data=data, headers={"Referer": str(self.url)}
            )
        )
        return self.page

    def form(self, needs: str = "", action: str = "") -> Form:
        """The form with a field or an action. Raises Lost."""
        for form in read_forms(self.page):
            if form.method == "post" and (not needs or needs in form.fields or needs in form.choices) and action in form.action:
                return form
        raise Lost(f"{self.url} has no form with field {needs!r} and action {action!r}: {self.words()[:600]}")

    def words(self) -> str:
        """The page's text, for messages about it."""
        text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", self.page, flags=re.S)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()

    def link(self, pattern: str) -> str:
        """The first address on the page that matches. Raises Lost."""
        found = re.search(rf'href="({pattern})"', self.page)
        if not found:
            raise Lost(f"{self.url} has no link {pattern!r}: {self.words()[:600]}")
        return unescape(found.group(1))

    def _take(self, response: httpx.Response) -> None:
        self.url = str(response.url)
        self.page = response.text
        if response.status_code != 200:
            raise Lost(f"{response.request.method} {self.url} answered {response.status_code}: {self.words()[:600]}")
