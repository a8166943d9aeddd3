"""Puts Discord's published description (npm's discord-api-spec, MIT) into the package, so that an installed sandbox checks requests too.

Without `npm ci` before, the package is built without it; the sandbox says so when it starts.
"""

from pathlib import Path
from shutil import copyfile, rmtree

from setuptools import setup

ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / "node_modules" / "discord-api-spec"
TARGET = ROOT / "astra" / "sandbox" / "discord" / "spec" / "published"
PARTS = ("package.json", "LICENSE", "build/discord-api-spec.ts", "build/discord-api-spec.zod.js")

if (SOURCE / "package.json").is_file():
    for part in PARTS:
        (TARGET / part).parent.mkdir(parents=True, exist_ok=True)
        copyfile(SOURCE / part, TARGET / part)

# What an earlier build left there would be packed again, modules that are gone since included.
rmtree(ROOT / "build" / "lib", ignore_errors=True)
setup()
