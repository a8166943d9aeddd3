"""As much stock as the form promises to take, pasted by a browser."""

import pytest
from django.test import Client
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.queries import variation_facts
from astra.core.journey.catalog.tests.shop import make_product

pytestmark = pytest.mark.django_db


def test_a_hundred_thousand_lines_enter_the_stock(seller):
    product = make_product(seller.id)
    variation = product.variations[0]
    client = Client()
    client.force_login(User.objects.get(id=seller.user_id))
    text = "\n".join(f"{number:06}-ABCDE-FGHIJ-KLMNO-PQRST-UVWXY" for number in range(100_000))
    answer = client.post(reverse("stock", args=[product.id]), {"variation_id": str(variation.id), "text": text})
    assert answer.status_code == 302
    assert variation_facts(seller.id, variation.id).available == 100_000
