"""The shape of the tree: sizes, names, the journey's order, the words that product code may not use."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc", "base"}
CODE = (".py", ".html", ".css", ".js", ".sql", ".md", ".txt", ".sh")
GENERATED = ("requirements/", "package-lock.json", "/locale/", "docs/reference/")


def tracked() -> list[Path]:
    """Files that belong to the repository (tracked, or new and not ignored)."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in listing.splitlines() if (path := ROOT / name).is_file()]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


FILES = tracked()
PRODUCT = [path for path in FILES if path.suffix == ".py" and shown(path).startswith("astra/core/") and "/tests/" not in shown(path)]


def test_no_file_is_longer_than_the_budget():
    long = {
        shown(path): lines
        for path in FILES
        if path.suffix in CODE
        and not any(part in shown(path) for part in GENERATED)
        and (lines := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert not long


def test_no_file_or_folder_is_a_drawer():
    drawers = [
        shown(path)
        for path in FILES
        if path.suffix == ".py" and FORBIDDEN_NAMES & {part.removesuffix(".py") for part in Path(shown(path)).parts}
    ]
    assert not drawers


def test_packages_re_export_nothing():
    # models/__init__.py is where Django looks for a stage's tables.
    full = [
        shown(path)
        for path in FILES
        if path.name == "__init__.py" and path.parent.name != "models" and re.search(r"^(from|import) ", path.read_text(), re.MULTILINE)
    ]
    assert not full


def test_the_order_of_the_journey_is_the_same_in_settings_and_in_the_import_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["astra.core.journey"])
    assert tuple(reversed(layers)) == settings.JOURNEY
    assert {path.name for path in (ROOT / "astra/core/journey").iterdir() if (path / "apps.py").exists()} == set(settings.JOURNEY)


def test_inside_a_stage_the_names_are_always_the_same():
    allowed = {
        "README.md", "__init__.py", "apps.py", "models", "actions", "access.py", "queries.py", "queries", "events.py", "jobs.py", "sweeps.py",
        "migrations", "tests", "invariants", "locale", "kinds", "transitions.py", "supervisor", "doctor", "reasons.py", "words.py", "__pycache__",
    }  # fmt: skip
    odd = {
        f"{stage}/{path.name}"
        for stage in settings.JOURNEY
        for path in (ROOT / "astra/core/journey" / stage).iterdir()
        if path.name not in allowed and not _is_a_noun_of_its_own(path)
    }
    assert not odd


def _is_a_noun_of_its_own(path: Path) -> bool:
    """A value type or table that several verbs of the stage use (states.py, policy.py): small, and no verb."""
    return path.suffix == ".py" and len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"timezone\.now\(\)|datetime\.(now|utcnow)\(|\bNow\(\)", "the product's time is astra_now()"),
        (r"(?<!astra_)(?<!pg_catalog\.)\bnow\(\)(?! \+ \(SELECT)", "the product's time is astra_now()"),
        (r"\bimport requests\b|\burlopen\(", "the network is reached by foundation.http or a port"),
        (r"\bpickle\b|yaml\.load\(", "outside data is never unpickled"),
        (r"\bmark_safe\(|\|\s*safe\b", "nothing is marked as safe HTML"),
        (r"\bimport random\b|from random import", "chance that matters comes from secrets"),
    ],
)
def test_words_that_product_code_does_not_use(pattern, why):
    allowed = {
        "astra/core/foundation/migrations/0001_clock.py",
        "astra/core/foundation/sealing/secret.py",
        # the credential of a bot is weighed by real time, as sessions are: the demo's clock must not end it
        *(name for name in map(shown, PRODUCT) if name.startswith("astra/core/surfaces/ui/icon")),
    }
    found = []
    for path in PRODUCT + [path for path in FILES if path.suffix == ".sql" and shown(path).startswith("astra/core")]:
        if shown(path) in allowed:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("#")[0]
            if re.search(pattern, code) and '"""' not in line and "real time" not in line:
                found.append(f"{shown(path)}:{number}: {line.strip()}")
    assert not found, why


def test_nothing_of_a_machine_or_a_registry_is_written_down():
    # Spelt in parts, so that this file does not find itself.
    words = ["pypi" + ".org", "registry." + "npmjs", "files.python" + "hosted", "/work" + "/main", "/home/" + "user"]
    found = [
        f"{shown(path)}: {word}"
        for path in FILES
        if path.suffix not in (".png", ".woff2", ".ico")
        for word in words
        if word in path.read_text(errors="ignore")
    ]
    assert not found
