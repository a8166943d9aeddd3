"""Ports move together; a busy one is named and the next free block taken."""

import socket
from contextlib import ExitStack

import pytest

from astra.core.project import addresses as module
from astra.core.project.addresses import BLOCK, OFFSETS, Addresses, NoFreePorts, busy_words, free_block, is_free

FIRST = 3_000


@pytest.fixture
def hold():
    with ExitStack() as held:

        def listen(port):
            holder = held.enter_context(socket.socket())
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", port))
            holder.listen()
            return port

        yield listen


@pytest.fixture
def first():
    """The first of two blocks that nobody uses now."""
    for portal in range(FIRST, 27_000, BLOCK):
        if all(is_free(portal + more + offset) for more in (0, BLOCK) for offset in OFFSETS.values()):
            return portal
    pytest.fail("no two free blocks on this machine")


def test_a_free_block_is_taken_as_asked(first):
    assert free_block(first) == (Addresses(first), [])


@pytest.mark.parametrize("name", OFFSETS)
def test_one_busy_port_moves_the_whole_block_and_is_named(first, hold, name):
    busy = hold(first + OFFSETS[name])
    chosen, met = free_block(first)
    assert (chosen, met) == (Addresses(first + BLOCK), [busy])
    assert busy_words(met, chosen) == f"Busy: {busy}. Using the block from {first + BLOCK} up."


def test_our_own_database_that_runs_already_is_not_busy(first, hold):
    own = hold(first + OFFSETS["database"])
    assert free_block(first, own_database_port=own) == (Addresses(first), [])


def test_only_the_parts_that_are_used_are_looked_at(first, hold):
    hold(first + OFFSETS["discord"])
    assert free_block(first, names=("portal", "database")) == (Addresses(first), [])


def test_no_free_block_is_told(first, hold, monkeypatch):
    hold(first)
    monkeypatch.setattr(module, "LAST_PORT", first + 1)
    with pytest.raises(NoFreePorts, match="Nothing was started"):
        free_block(first)


def test_people_get_a_name_and_programs_an_address():
    block = Addresses(8000)
    assert block.url("discord") == "http://localhost:8100"
    assert block.machine_url("payments") == "http://127.0.0.1:8200"
