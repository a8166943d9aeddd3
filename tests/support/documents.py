"""Pages that are made from the code, and a check that links in documents lead somewhere."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS_PAGE = ROOT / "docs/reference/settings.md"
LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")


def settings_page() -> str:
    """docs/reference/settings.md, from astra.core.project.env."""
    from astra.core.project.env import SETTINGS

    lines = [
        "# Settings",
        "",
        "Made from `astra/core/project/env.py`; every variable may be left out. A secret may also come from a file whose path is in `NAME_FILE`.",
        "",
        "| variable | default | what it does |",
        "|---|---|---|",
    ]
    for name in sorted(SETTINGS):
        one = SETTINGS[name]
        default = "(secret)" if one.secret else (f"`{one.default}`" if one.default else "(empty)")
        lines.append(f"| `{name}` | {default} | {one.meaning} |")
    return "\n".join(lines) + "\n"


def dead_links() -> list[str]:
    """Relative links of Markdown files that lead nowhere."""
    dead = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("astra/**/*.md")]:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    return dead


def main(arguments: list[str]) -> int:
    """``--write`` makes the pages, ``--check`` says what is stale or dead."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    import django

    django.setup()
    if "--write" in arguments:
        SETTINGS_PAGE.parent.mkdir(parents=True, exist_ok=True)
        SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    problems = dead_links()
    if not SETTINGS_PAGE.exists() or SETTINGS_PAGE.read_text(encoding="utf-8") != settings_page():
        problems.append("docs/reference/settings.md is stale: python -m tests.support.documents --write")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
