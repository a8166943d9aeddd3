"""No English left on a Portuguese page, and nothing in the list that no page says."""

import ast
import re
import string

from astra.sandbox.payments import card_page, cards, refusal_words, rows, settings_page
from astra.sandbox.payments.page import FOLDER
from astra.sandbox.payments.speech import prefers_english
from astra.sandbox.payments.words import PT_BR

BY_NAME = {"Overview", "Charges", "Payouts", "Statement", "Webhooks", "Settings"}  # the navigation's


def said() -> set[str]:
    """Every text that templates and code hand over for translation."""
    texts = set(BY_NAME)
    for path in (FOLDER / "templates").glob("*.html"):
        texts |= set(re.findall(r"\$\{_:([^{}]+)\}", path.read_text(encoding="utf-8")))
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                texts |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    texts |= set(rows.KEY_NAMES.values()) | set(rows.LINE_NAMES.values()) | set(rows.REASONS.values())
    texts |= set(refusal_words.WORDS.values()) | set(settings_page.NOTES.values())
    texts |= set(rows.DISPUTE_REASONS.values()) | set(card_page.DECLINES.values()) | {card.about for card in cards.CARDS}
    texts |= set(settings_page.CHOICE_WORDS.values())
    for title, knobs in settings_page.GROUPS:
        texts |= {title} | {text for _, label, help_text in knobs for text in (label, help_text)}
    return texts


def test_every_text_has_its_translation_and_every_translation_its_text() -> None:
    texts = said()
    assert len(texts) > 150  # the search itself works
    assert texts - set(PT_BR) == set()
    assert set(PT_BR) - texts == {"Something went wrong. Nothing was changed."} - texts


def test_translations_keep_the_values() -> None:
    def holes(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert [text for text, translated in PT_BR.items() if holes(text) != holes(translated)] == []


def test_portuguese_unless_english_is_preferred() -> None:
    assert not any(prefers_english(header) for header in ("", "pt-BR", "de", "pt-BR,en;q=0.9", "en;q=0.1,pt", "en;q=x"))
    assert all(prefers_english(header) for header in ("en", "en-US,en;q=0.9", "en,pt;q=0.5", "de, en;q=0.3"))
