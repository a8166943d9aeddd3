"""Where the description lies: at a path that was given, in the environment's, in this package, or in an npm package near by."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from .checker import Checker
from .description import Description
from .openapi import read_openapi
from .paths import read_paths
from .zod import read_zod

ENVIRONMENT = "ASTRA_DISCORD_SPEC"
PACKAGE = Path("node_modules") / "discord-api-spec"
PUBLISHED = Path(__file__).with_name("published")  # brought by setup.py when the package was built
OFF = "off"


def find_checker(given: str = "") -> Checker | None:
    """The checker of the description at `given`, else of the environment's, else of the npm package or our own; None without one.

    `off` in either place means none. Raises OSError, ValueError or KeyError for a path that was named and holds none.
    """
    wanted = given or os.environ.get(ENVIRONMENT, "")
    if wanted == OFF:
        return None
    path = Path(wanted) if wanted else _installed()
    return None if path is None else _load(path)


def _installed() -> Path | None:
    here = Path(__file__).resolve()
    for folder in (*here.parents, Path.cwd()):
        if (folder / PACKAGE / "package.json").is_file():
            return folder / PACKAGE
    return PUBLISHED if (PUBLISHED / "package.json").is_file() else None


@lru_cache(maxsize=4)
def _load(path: Path) -> Checker:
    return Checker(read_description(path))


def read_description(path: Path) -> Description:
    """The description in an OpenAPI file, or in the folder of the npm package. Raises OSError, ValueError or KeyError."""
    if path.is_file():
        return read_openapi(json.loads(path.read_text(encoding="utf-8")), path.name)
    build = path / "build"
    version = json.loads((path / "package.json").read_text(encoding="utf-8"))["version"]
    schemas = read_zod((build / "discord-api-spec.zod.js").read_text(encoding="utf-8"))
    operations = read_paths((build / "discord-api-spec.ts").read_text(encoding="utf-8"))
    return Description("discord-api-spec", version, schemas, operations)
