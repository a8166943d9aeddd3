"""Every reason has words in both languages; every text of this stage has its Portuguese."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

from astra.core.integrations.engines.port import CannotStart
from astra.core.journey.instances import reasons
from astra.core.journey.instances.reasons import PERMANENT, explain, known_reasons
from astra.protocol.endings import REASONS

HOME = Path(reasons.__file__).parent


def portuguese() -> dict[str, str]:
    with (HOME / "locale/pt_BR/LC_MESSAGES/django.po").open("rb") as handle:
        return {str(entry.id): str(entry.string) for entry in read_po(handle) if entry.id}


def said_here() -> set[str]:
    found = set()
    for path in HOME.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(HOME).parts):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                    found.add(ast.literal_eval(node.args[0]))
    return found


def used_reasons() -> set[str]:
    """Words that the code of engines and of this stage hands on as a reason."""
    found = set(REASONS.values()) | {"process_ended", "process_killed"} | PERMANENT
    for path in [*HOME.rglob("*.py"), *(HOME.parents[1] / "integrations/engines").glob("*.py")]:
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == CannotStart.__name__:
                found.add(ast.literal_eval(node.args[0]))
            if isinstance(node, ast.Call):
                found |= {
                    str(word.value.value)
                    for word in node.keywords
                    if word.arg == "reason" and isinstance(word.value, ast.Constant) and word.value.value
                }
    return found


def test_every_text_has_its_portuguese_and_no_translation_is_left_over():
    catalogue = portuguese()
    assert said_here() == set(catalogue)
    assert all(catalogue.values())
    assert [text for text, told in catalogue.items() if text == told] == []


def test_every_reason_that_can_happen_has_words():
    assert used_reasons() - set(known_reasons()) == set()


@pytest.mark.parametrize("reason", [*known_reasons(), "from_a_newer_version"])
@pytest.mark.parametrize("state", ["backoff", "errored", "quarantined", "degraded"])
def test_an_explanation_says_what_happened_and_what_to_do(reason, state):
    with override("en"):
        told = explain(reason, state)
        assert told is not None
        assert str(told.happened).endswith(".")
        assert str(told.to_do).endswith(".")
        assert told.needs_a_person == (state in ("errored", "quarantined"))
        if state == "quarantined":
            assert "five times" in str(told.to_do)


def test_no_reason_no_words():
    assert explain("") is None
