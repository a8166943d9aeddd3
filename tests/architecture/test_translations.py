"""A page in Portuguese shows no English: every msgid of every app is translated, and every template renders in pt-BR."""

import re
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template
from django.utils import translation

from astra.core.project.translations import apps_with_texts, catalogue_of, compile_catalogues, said_in, said_outside_apps, untranslated
from astra.core.surfaces.ui.vendor import ICONS

CORE = Path(__file__).resolve().parents[2] / "astra" / "core"
TEMPLATES = sorted(path for path in CORE.glob("surfaces/*/templates/**/*") if path.suffix in {".html", ".txt"})
APPS = [pytest.param(app, id=app.relative_to(CORE).as_posix()) for app in apps_with_texts()]

# Words that are the same in both languages, and names. Anything else that is equal to its msgid was forgotten.
SAME = {"Bot", "CNPJ", "CPF", "E-mail", "Total", "Normal", "PIX", "Discord", "AstraSystems", "online", "http", "relay", "local"}


@pytest.mark.parametrize("app", APPS)
def test_every_text_of_an_app_is_translated(app):
    assert not untranslated(app)


def test_texts_that_belong_to_no_app_are_in_some_catalogue():
    known = {(message.id, message.context) for app in apps_with_texts() for message in catalogue_of(app) if message.id and message.string}
    assert not {message.id for message in said_outside_apps() if message.id and (message.id, message.context) not in known}


@pytest.mark.parametrize("app", APPS)
def test_no_translation_is_its_own_msgid(app):
    for message in catalogue_of(app):
        if message.id and isinstance(message.id, str) and _without_marks(message.id).strip(" *:.") not in SAME:
            if not re.search(r"[A-Za-z]{3}", _without_marks(message.id)):
                continue
            assert message.string != message.id, message.id


@pytest.mark.parametrize("app", APPS)
def test_a_catalogue_says_nothing_that_nobody_asks(app):
    said = {(message.id, message.context) for texts in (said_in(app), said_outside_apps()) for message in texts if message.id}
    forgotten = {(message.id, message.context) for message in catalogue_of(app) if message.id} - said
    assert not forgotten, "run python -m astra.core.project.translations --add"


def test_one_msgid_has_one_translation_everywhere():
    # Django keeps all catalogues in one: where two apps disagree, one of them shows the other's words.
    found: dict[tuple[object, object], dict[object, str]] = {}
    for app in apps_with_texts():
        for message in catalogue_of(app):
            if message.id:
                found.setdefault((message.id, message.context), {})[message.string] = app.name
    assert not {key: words for key, words in found.items() if len(words) > 1}


def test_what_a_catalogue_says_is_what_people_read():
    # Libraries have catalogues too, and theirs come first where they know the same msgid.
    compile_catalogues()
    read: dict[str, str] = {}
    with translation.override("pt-br"):
        for app in apps_with_texts():
            for message in catalogue_of(app):
                if message.id and isinstance(message.id, str) and message.string:
                    text = translation.pgettext(message.context, message.id) if message.context else translation.gettext(message.id)
                    if text != message.string:
                        read[message.id] = text
    assert not read


def test_compiling_twice_does_nothing():
    compile_catalogues()
    assert compile_catalogues() == 0


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_a_template_compiles_and_names_known_icons(path):
    name = path.as_posix().partition("/templates/")[2]
    try:
        get_template(name)
    except TemplateDoesNotExist as missing:  # pragma: no cover  the message is what one needs
        pytest.fail(f"{name}: {missing}")
    text = path.read_text()
    for icon in re.findall(r'(?:\{% icon |mark=)"([a-z0-9-]+)"', text):
        assert icon in ICONS, icon


# The frame of the letters holds a sign and the product's name, no words.
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and path.parts[-2:] != ("email", "frame.html")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_no_words_of_a_template_escape_translation(path):
    text = re.sub(
        r"\{% (?:blocktranslate|blocktrans)\b.*?%\}.*?\{% end(?:blocktranslate|blocktrans) %\}", "", path.read_text(), flags=re.DOTALL
    )
    text = re.sub(r"\{#.*?#\}", "", text)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    attributes = re.findall(r'(?<![:\w-])(?:title|aria-label|placeholder|alt)="([^"{]*[A-Za-z]{3}[^"{]*)"', text)
    bare = re.sub(r"&\w+;|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "\n", text, flags=re.DOTALL)
    words = [line.strip() for line in bare.splitlines() if re.search(r"[A-Za-z]{3}", line)]
    assert not [word for word in words if word.strip(" ✦·,") not in {"AstraSystems", "Discord", "PIX", "APP"}], words
    assert not attributes


def test_pages_carry_nothing_inline():
    """The content-security policy refuses inline styles and handlers; e-mail is the one place that needs them."""
    for path in TEMPLATES:
        if path.parent.name == "email" or path.suffix != ".html":
            continue
        text = path.read_text()
        assert not re.search(r"<[^>]*\sstyle=", text), path
        assert not re.search(r"<[^>]*\son[a-z]+=", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert "<style" not in text, path


def test_error_pages_render_in_portuguese_without_a_request():
    with translation.override("pt-br"):
        for name in ("400.html", "403.html", "403_csrf.html", "404.html", "500.html"):
            page = engines["django"].get_template(name).render({})
            assert '<html lang="pt-br"' in page
            assert "Ir para o início" in page


def _without_marks(text: str) -> str:
    return re.sub(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}|<[^>]+>", "", text)
