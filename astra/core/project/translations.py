"""Message catalogues: compiled when they are older than their source, completed from what the code says.

``python -m astra.core.project.translations`` compiles; with ``--add`` it first adds every missing msgid to the catalogues,
untranslated, and prints them.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CORE = Path(__file__).resolve().parents[1]
LOCALE = "pt_BR"
# What the code calls, and which of the arguments are msgids.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SKIPPED = {"tests", "migrations", "locale", "static", "__pycache__"}


def catalogue_paths() -> list[Path]:
    """Every catalogue of the core, in any language."""
    return sorted(CORE.glob("**/locale/*/LC_MESSAGES/django.po"))


def compile_catalogues() -> int:
    """Compiles every catalogue that is newer than its compiled form; returns how many. Fast when nothing changed."""
    compiled = 0
    for source in catalogue_paths():
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parents[1].name)
        draft = target.with_name(f"{target.name}.draft")
        with draft.open("wb") as handle:
            write_mo(handle, catalogue)
        draft.replace(target)
        compiled += 1
    return compiled


def apps_with_texts() -> list[Path]:
    """Folders of Django apps: each keeps the catalogue of what is said inside it."""
    return sorted(path.parent for path in CORE.glob("**/apps.py"))


def said_in(app: Path) -> Catalog:
    """Every msgid that an app's Python files and templates mention, with where."""
    inner = [other for other in apps_with_texts() if other != app and app in other.parents]
    return _said(path for path in _sources(app) if not any(other in path.parents for other in inner))


@cache
def said_outside_apps() -> Catalog:
    """The msgids of folders that are no app (integrations): any app that shows them may keep their translation."""
    apps = apps_with_texts()
    return _said(path for path in _sources(CORE) if not any(app in path.parents for app in apps))


def _said(paths: Iterable[Path]) -> Catalog:
    said = Catalog(locale=LOCALE)
    for path in paths:
        text = path.read_text()
        if path.suffix != ".py":
            text = _python_of(text)
        lines = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for line, message, _comments, context in lines:
            if message:
                said.add(message, locations=[(path.relative_to(CORE.parents[1]).as_posix(), line)], context=context)
    return said


def catalogue_of(app: Path) -> Catalog:
    """An app's own pt-BR catalogue; empty when there is none."""
    path = _catalogue_path(app)
    if not path.is_file():
        return Catalog(locale=LOCALE)
    with path.open("rb") as handle:
        return read_po(handle, locale=LOCALE)


def untranslated(app: Path) -> list[str]:
    """The msgids of an app that its catalogue lacks, leaves empty, marks as fuzzy, or translates with other placeholders."""
    known = catalogue_of(app)
    found = []
    for message in said_in(app):
        if not message.id:
            continue
        own = known.get(message.id, message.context)
        words = own.string if own else ""
        forms = list(words) if isinstance(words, tuple | list) else [words]
        if own is None or own.fuzzy or not all(forms) or any(True for _error in own.check(known)):
            found.append(str(message.id))
    return sorted(found)


def add_missing(app: Path) -> int:
    """Writes the app's missing msgids into its catalogue, untranslated, and drops what nobody says any more."""
    said, known = said_in(app), catalogue_of(app)
    if not len(said) and not len(known):
        return 0
    fresh = Catalog(locale=LOCALE, header_comment="# Portuguese (Brazil) of this app.", fuzzy=False)
    missing = 0
    for message in said:
        if not message.id:
            continue
        own = known.get(message.id, message.context)
        fresh.add(message.id, own.string if own else "", context=message.context)
        missing += 0 if own and own.string else 1
    outside = said_outside_apps()
    for message in known:
        if message.id and message.string and not fresh.get(message.id, message.context) and outside.get(message.id, message.context):
            fresh.add(message.id, message.string, context=message.context)
    path = _catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, fresh, width=0, omit_header=False, sort_output=True, no_location=True)
    return missing


def _catalogue_path(app: Path) -> Path:
    return app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _sources(app: Path) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or SKIPPED & set(path.relative_to(app).parts):
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        yield path


def _python_of(template: str) -> str:
    from django.utils.translation.template import templatize

    return templatize(template)


def main(arguments: list[str]) -> None:
    """The command line of this module."""
    if "--add" in arguments:
        import django
        from django.conf import settings

        if not settings.configured:
            settings.configure(USE_I18N=True)
            django.setup()
        for app in apps_with_texts():
            if count := add_missing(app):
                sys.stdout.write(f"{count} to translate in {_catalogue_path(app).relative_to(CORE.parents[1])}\n")
    sys.stdout.write(f"{compile_catalogues()} catalogues compiled\n")


if __name__ == "__main__":
    main(sys.argv[1:])
