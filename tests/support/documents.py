"""Pages that are made from the code, and a check that links in documents lead somewhere."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from astra.protocol.scopes import scopes_page

ROOT = Path(__file__).resolve().parents[2]
SETTINGS_PAGE = ROOT / "docs/reference/settings.md"
SCOPES_PAGE = ROOT / "docs/reference/runtime-scopes.md"
PERMISSIONS_PAGE = ROOT / "docs/reference/permissions.md"
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


def permissions_page() -> str:
    """docs/reference/permissions.md, from accounts/permissions.py (who may do what) and portal/doors.py (what a page asks)."""
    from django.utils import translation

    from astra.core.journey.accounts.permissions import PERMISSIONS, ROLE_WORDS, ROLES, roles_given_by
    from astra.core.surfaces.portal.doors import DOORS

    with translation.override("en"):
        names = {role: str(ROLE_WORDS[role][0]) for role in ROLES}
        lines = [
            "# Roles and permissions",
            "",
            "Made from `astra/core/journey/accounts/permissions.py` and `astra/core/surfaces/portal/doors.py`; a test tries every address with every role.",
            "",
            "| role | what it is for | may give and take away |",
            "|---|---|---|",
            *(
                f"| {names[role]} (`{role}`) | {ROLE_WORDS[role][1]} | {', '.join(names[one] for one in roles_given_by(role)) or 'none'} |"
                for role in ROLES
            ),
            "",
            "Nobody gives a role that may do something he may not do himself. The last owner stays until another one is there.",
            "",
            "| permission | who has it may … | " + " | ".join(names.values()) + " |",
            "|---|---|" + ":-:|" * len(ROLES),
            *(
                f"| `{name}` | {one.words} | " + " | ".join("✓" if role in one.roles else "" for role in ROLES) + " |"
                for name, one in PERMISSIONS.items()
            ),
            "",
            "Pages and forms of the portal, by the name of their address. A dash: every member.",
            "",
            "| address | seeing it asks | sending its form asks |",
            "|---|---|---|",
            *(f"| `{name}` | {_asked(door.see)} | {_asked(door.see if door.do is None else door.do)} |" for name, door in DOORS.items()),
        ]
    return "\n".join(lines) + "\n"


def _asked(permission: str) -> str:
    return f"`{permission}`" if permission else "—"


# Every page that is made from the code, and what makes it.
MADE: dict[Path, Callable[[], str]] = {SETTINGS_PAGE: settings_page, PERMISSIONS_PAGE: permissions_page, SCOPES_PAGE: scopes_page}


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
    problems = dead_links()
    for page, made in MADE.items():
        if "--write" in arguments:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(made(), encoding="utf-8")
        if not page.exists() or page.read_text(encoding="utf-8") != made():
            problems.append(f"{page.relative_to(ROOT)} is stale: python -m tests.support.documents --write")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
