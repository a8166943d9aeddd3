"""Every letter of signing in: ours, in both forms, in both languages, in the house's frame."""

import re
from pathlib import Path

import allauth
import pytest
from django.template.loader import render_to_string
from django.utils import translation

LIBRARY = Path(allauth.__file__).parent / "templates"
# No letters of ours: the frame of the others, and ways of signing in that are off.
OFF = {"account/email/base", "account/email/password_reset", "account/email/password_reset_code"}
LETTERS = sorted(
    name
    for path in LIBRARY.glob("*/email/*_message.txt")
    if (name := path.relative_to(LIBRARY).as_posix().removesuffix("_message.txt")) not in OFF
)
WORDS = {
    "email": "lara@loja.example",
    "from_email": "lara@loja.example",
    "to_email": "nova@loja.example",
    "deleted_email": "lara@loja.example",
    "code": "ABCDEF",
    "activate_url": "https://loja.example/a",
    "password_reset_url": "https://loja.example/p",
    "signup_url": "https://loja.example/s",
    "provider": "Discord",
}


def test_the_letters_are_found():
    assert len(LETTERS) > 12


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_ours_in_both_forms_and_both_languages(name):
    said = {}
    for language in ("pt-br", "en"):
        with translation.override(language):
            subject, text, page = (render_to_string(name + ending, WORDS) for ending in ("_subject.txt", "_message.txt", "_message.html"))
        assert subject.strip()
        assert "AstraSystems" in text
        assert 'class="sheet"' in page, "it extends email/frame.html"
        assert f'<html lang="{language}"' in page
        assert set(re.findall(r"https://loja\.example/\w", text)) == set(re.findall(r"https://loja\.example/\w", page))
        said[language] = (subject, text)
    assert said["pt-br"][0] != said["en"][0]
    assert said["pt-br"][1] != said["en"][1]
