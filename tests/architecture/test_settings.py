"""Every setting is documented, and the page is the one made from the code."""

import re
from pathlib import Path

from astra.core.project.env import SETTINGS
from tests.support.documents import settings_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_settings_is_fresh():
    assert (ROOT / "docs/reference/settings.md").read_text() == settings_page(), "run: python -m tests.support.documents --write"


def test_the_environment_is_read_in_one_place():
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("astra/core/**/*.py")
        if re.search(r"os\.environ\b(?!\.setdefault\()", path.read_text()) and "/tests/" not in path.as_posix()
    ]
    # Programs start before settings exist; the database's address and home are needed by them too.
    assert [name for name in readers if not name.startswith("astra/core/project/") and "engines/" not in name] == []


def test_the_example_names_only_settings_that_exist():
    names = re.findall(r"^# ([A-Z_]+)=", (ROOT / "env.example").read_text(), re.MULTILINE)
    assert names
    known = set(SETTINGS) | {f"{name}_FILE" for name, one in SETTINGS.items() if one.secret}
    assert set(names) <= known
