"""Amounts, dates and spans as people of a locale write and read them."""

import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from astra.core.surfaces.ui import formats
from astra.core.surfaces.ui.fields import AmountField

NOW = datetime.datetime(2026, 12, 8, 13, 44, 7, tzinfo=datetime.UTC)  # 10:44:07 in São Paulo


@pytest.fixture(autouse=True)
def _portuguese():
    with translation.override("pt-br"):
        yield


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("19,90", 1990),
        ("R$ 1.284,30", 128430),
        ("19.90", 1990),
        ("1.284", 128400),
        ("0,05", 5),
        (" 7 ", 700),
        ("R$\xa07", 700),
        ("19,90 BRL", 1990),
        ("US$ 5", 500),
        ("-5", -500),
        ("R$ -5,00", -500),
        ("7,5", 750),
        ("12.5", 1250),
    ],
)
def test_what_people_type_in_portuguese(typed, minor):
    assert formats.parse_amount(typed, "BRL") == minor


@pytest.mark.parametrize(
    "typed",
    ["", "dez", "1,2,3", "19,999", "R$", "1.28,40", "--5", "-R$ -5", "1e3,00,", "1e9", "12abc", "19 reais e 90", "19 90", "<b>5</b>", "5%"],
)
def test_what_is_no_amount(typed):
    with pytest.raises(ValueError):
        formats.parse_amount(typed, "BRL")


def test_what_people_type_in_english():
    with translation.override("en"):
        assert formats.parse_amount("1,284.30", "BRL") == 128430
        assert formats.parse_amount("19.90", "BRL") == 1990


@given(minor=st.integers(0, 10**9), language=st.sampled_from(["pt-br", "en"]))
def test_what_a_form_shows_it_takes_back(minor, language):
    with translation.override(language):
        assert formats.parse_amount(formats.amount_input(minor, "BRL"), "BRL") == minor


def test_an_amount_below_the_least_is_told_with_the_least():
    with pytest.raises(Exception, match="10,00"):
        AmountField(min_minor=1000).clean("9,99")


def test_money_has_a_real_minus_and_no_break():
    assert formats.money_text(-257, "BRL") == "−R$\xa02,57"
    assert formats.money_text(128430, "BRL") == "R$\xa01.284,30"


def test_moments_are_as_short_as_the_day_allows():
    day = datetime.timedelta(days=1)
    assert formats.moment_text(NOW, NOW) == "10:44"
    assert formats.moment_text(NOW - 7 * day, NOW) == "ter., 1/12, 10:44"
    assert formats.moment_text(NOW - 400 * day, NOW) == "03/11/2025"
    assert formats.day_heading(NOW - day, NOW) == "Ontem, 7 de dezembro"
    assert formats.ago_text(NOW - datetime.timedelta(minutes=14), NOW) == "há 14 min"
    assert formats.clock_text(NOW, seconds=True) == "10:44:07"


@pytest.mark.parametrize(("seconds", "text"), [(0.182, "182\xa0ms"), (4.2, "4,2\xa0s"), (840, "14\xa0min"), (7300, "2\xa0h")])
def test_spans(seconds, text):
    assert formats.duration_text(seconds) == text


def test_shares():
    assert formats.percent_text(500) == "5%"
    assert formats.percent_text(349) == "3,49%"
