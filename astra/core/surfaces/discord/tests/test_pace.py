"""Somebody holds a key down: he is told to slow down before the database hears of it, and nobody else notices."""

import json
import time
import uuid
from typing import Any

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.surfaces.discord.models import TakenInteraction
from astra.core.surfaces.discord.pace import MOST_PEOPLE, PRESSES, WINDOW_SECONDS, Pace
from astra.core.surfaces.discord.tests.shop import ShopInTest, words_of
from astra.core.surfaces.discord.tests.test_doors import application, post, sign

__all__ = ["application"]


def press(application_id: str, number: int, buyer_id: str) -> dict[str, Any]:
    payload = {
        "type": 2,
        "id": str(900_000_000_000_000_000 + number),
        "application_id": application_id,
        "token": "t" * 40,
        "user": {"id": buyer_id, "username": "bento"},
        "data": {"name": "compras"},
        "locale": "pt-BR",
    }
    now, body = str(int(time.time())), json.dumps(payload).encode()
    found: dict[str, Any] = post(application_id, body, now, sign(body, now)).json()
    return found


def test_a_flood_of_one_person_is_answered_in_words_and_stops_there(shop: ShopInTest, application: str) -> None:
    answers = [press(application, number, "42") for number in range(PRESSES + 30)]
    slowed = [answer for answer in answers if "rápido demais" in words_of(answer["data"])]
    assert len(slowed) == 30
    with acting_for(shop.seller.id):
        assert TakenInteraction.objects.count() == PRESSES
    assert "rápido demais" not in words_of(press(application, 1000, "43")["data"]), "another person presses as ever"


def test_who_waits_may_press_again_and_the_memory_is_bounded() -> None:
    pace, shop = Pace(), uuid.uuid4()
    assert not any(pace.is_too_fast(shop, "1", at / 10) for at in range(PRESSES))
    assert pace.is_too_fast(shop, "1", 5.0)
    assert not pace.is_too_fast(uuid.uuid4(), "1", 5.0), "another shop's press counts apart"
    assert not pace.is_too_fast(shop, "1", WINDOW_SECONDS + 0.5), "being refused does not prolong the wait"
    for number in range(MOST_PEOPLE + 10):
        pace.is_too_fast(shop, str(number), 20.0)
    assert len(pace._presses) == MOST_PEOPLE
