from hypothesis import given
from hypothesis import strategies as st

from astra.core.foundation.money import fee, format_money, spread


def test_a_fee_is_rounded_half_up():
    assert [fee(amount, 500) for amount in (10, 9, 30, 6490)] == [1, 0, 2, 325]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_a_spread_adds_up_and_is_fair(amount, weights):
    parts = spread(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))


def test_money_reads_as_people_write_it():
    assert format_money(128430, "BRL") == "R$\xa01.284,30"
    assert format_money(-257, "BRL") == "−R$\xa02,57"
