"""What is installed by an extra is enough for its program, and nothing of the product comes with it."""

import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
SANDBOXES = {"discord": "sandbox", "payments": "sandbox-payments", "mail": "sandbox-mail"}

# Imports every module of one sandbox while nothing but the allowed packages can be found.
ALONE = """
import importlib, pkgutil, sys
from importlib.machinery import PathFinder

refused = set(sys.argv[2].split(","))
before = set(sys.modules)

class OnlyAllowed:
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in refused else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [OnlyAllowed() if one is PathFinder else one for one in sys.meta_path]
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if ".tests" not in found.name and not found.name.endswith((".tests", ".pytest_plugin")):
        importlib.import_module(found.name)
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before} & refused))
"""


def closure(requirements: list[str], known: frozenset[str] = frozenset()) -> frozenset[str]:
    """The distributions that `pip install` brings for these requirements, by their normal names."""
    for text in requirements:
        wanted = Requirement(text)
        name = wanted.name.lower().replace("_", "-").replace(".", "-")
        marked = wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in (*wanted.extras, ""))
        if marked and name not in known:
            known = closure(list(distribution(wanted.name).requires or []), known | {name})
    return known


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_sandbox_runs_with_nothing_but_its_extra(sandbox: str) -> None:
    brought = closure(EXTRAS[SANDBOXES[sandbox]])
    assert "django" not in brought
    owners = packages_distributions()
    refused = [name for name, by in owners.items() if not {one.lower().replace("_", "-").replace(".", "-") for one in by} & brought]
    assert {"django", "discord", "psycopg"} <= set(refused)
    arguments = [sys.executable, "-c", ALONE, f"astra.sandbox.{sandbox}", ",".join(sorted(set(refused) - {"astra"}))]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_the_package_alone_brings_nothing() -> None:
    assert PROJECT["dependencies"] == []


def test_the_product_has_what_its_sandboxes_need() -> None:
    product = {Requirement(text).name for text in EXTRAS["product"]}
    needed = {Requirement(text).name for extra in SANDBOXES.values() for text in EXTRAS[extra]}
    assert needed <= product


def test_an_extra_that_is_missing_is_named() -> None:
    """Without its packages a program says which extra brings them, instead of a traceback."""
    code = "import sys; sys.modules['aiosmtpd'] = None; from astra.cli import main; sys.exit(main(['sandbox', 'mail', '--help']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "astrasystems[sandbox-mail]" in done.stderr
    assert "Traceback" not in done.stderr
