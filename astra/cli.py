"""The one command. Starts programs and imports none of them until one is asked for: ``astra bot`` must not load Django."""

import argparse
import sys
from importlib import import_module

# program → (module, what it is for)
PROGRAMS = {
    "up": ("astra.core.project.programs.up", "everything a small seller runs, on this machine"),
    "demo": ("astra.core.project.programs.demo", "the product, its sandboxes and a seeded shop"),
    "web": ("astra.core.project.programs.web", "portal, admin panel, APIs, webhooks, Discord interactions"),
    "worker": ("astra.core.project.programs.worker", "jobs and sweeps"),
    "supervisor": ("astra.core.project.programs.supervisor", "starts and watches the sellers' bots"),
    "rollout": ("astra.core.project.programs.rollout", "brings a version of the bot to every instance, or takes it back"),
    "bot": ("astra.bot.program", "the runtime of one instance"),
    "sandbox": ("", "an offline Discord, payment provider or mailbox: astra sandbox discord|payments|mail"),
    "prepare": ("astra.core.project.programs.prepare", "database, roles, tables, static files; safe to repeat"),
    "clock": ("astra.core.project.programs.clock", "moves the demo's time: astra clock +8d"),
    "operator": ("astra.core.project.programs.operator", "makes an operator of the admin panel"),
    "seed": ("astra.core.project.programs.seed", "fills the demo with a shop (part of astra demo)"),
    "reset": ("astra.core.project.programs.reset", "deletes data and keys of this installation"),
}
# sandbox → the extra that brings what it needs
SANDBOXES = {"discord": "sandbox", "payments": "sandbox-payments", "mail": "sandbox-mail"}


def main(argv: list[str] | None = None) -> int:
    """Runs one program with the rest of the arguments; returns its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    width = max(map(len, PROGRAMS))
    parser = argparse.ArgumentParser(
        prog="astra",
        usage="astra <program> [options]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:{width}}  {meaning}" for name, (_, meaning) in PROGRAMS.items()),
    )
    parser.add_argument("program", choices=PROGRAMS, metavar="program")
    chosen = parser.parse_args(arguments[:1]).program
    rest = arguments[1:]
    module = PROGRAMS[chosen][0]
    if chosen == "sandbox":
        if not rest or rest[0] not in SANDBOXES:
            parser.error(f"astra sandbox needs one of: {', '.join(SANDBOXES)}")
        module, rest = f"astra.sandbox.{rest[0]}.program", rest[1:]
    extra = SANDBOXES[arguments[1]] if chosen == "sandbox" else "product"
    try:
        program = import_module(module)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("astra"):
            raise  # a mistake of ours, which no package would mend
        print(f"{missing.name} is not installed here. Nothing was changed; pip install 'astrasystems[{extra}]' brings it.", file=sys.stderr)
        return 1
    return int(program.main(rest) or 0)
