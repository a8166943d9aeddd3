"""The written API is the one there is."""

import json
import re
from pathlib import Path

from astra.sandbox.payments.cards import CARDS
from astra.sandbox.payments.knobs import Knobs
from astra.sandbox.payments.page import FOLDER

from .provider import Provider

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "payments-sandbox.md").read_text(encoding="utf-8")


def first_cells() -> list[str]:
    """What stands first in every row of every table."""
    return re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)


async def test_every_address_is_written_down_and_every_written_one_exists(provider: Provider) -> None:
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in provider.client.app.router.routes()
        if route.resource is not None and route.method != "HEAD" and route.resource.canonical.startswith(("/v1/", "/_sandbox/"))
    }
    written = [cell for cell in first_cells() if " /" in cell]
    assert len(written) == len(set(written))
    assert set(written) == routes


def test_every_knob_is_written_down_with_its_resting_value() -> None:
    written = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert written == {name: json.dumps(value) for name, value in Knobs().public().items()}


def test_every_card_and_every_kind_of_webhook_is_written_down() -> None:
    assert {card.spaced for card in CARDS} <= set(first_cells())
    announced = set()
    for path in FOLDER.glob("*.py"):
        announced |= set(re.findall(r'announce\(\s*"([\w.]+)"', path.read_text(encoding="utf-8")))
    assert announced == {cell for cell in first_cells() if re.fullmatch(r"[a-z]+\.[a-z]+", cell)}
