"""The exact files that the pages take from npm packages, copied as they are: no bundler, no build step."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PACKAGES = ROOT / "node_modules"
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"

ICONS = (
    "activity-heartbeat", "adjustments", "alert-octagon", "alert-triangle", "archive", "arrow-back-up", "arrow-left", "ban",
    "brand-discord", "building-store", "cash", "check", "chevron-down", "circle-check", "circle-x", "clipboard-check", "clock",
    "clock-pause", "cloud", "copy", "credit-card", "device-desktop", "download", "edit", "external-link", "eye-check", "flag", "hash",
    "home", "hourglass-low", "info-circle", "key", "language", "link", "list-search", "lock", "logout", "mail", "menu-2", "moon",
    "package", "photo", "player-pause", "player-play", "player-stop", "plug-connected", "plus", "qrcode", "receipt", "receipt-refund",
    "refresh",
    "reload", "robot", "search", "send", "server-2", "settings", "shield-check", "shopping-bag", "speakerphone", "stethoscope", "sun",
    "terminal", "ticket", "truck-delivery", "upload", "user", "users", "wallet", "x",
)  # fmt: skip

# From a path inside node_modules to a path inside static/vendor.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "uplot/dist/uPlot.iife.min.js": "uplot.min.js",
    "uplot/dist/uPlot.min.css": "uplot.min.css",
    # For documents: a PDF carries the letters it uses, whatever name a customer has.
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf": "dejavu-sans.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf": "dejavu-sans-bold.ttf",
    **{f"@tabler/icons/icons/outline/{name}.svg": f"icons/{name}.svg" for name in ICONS},
}

# A source map that is not copied would make the manifest of hashed names refuse the file.
SOURCE_MAP = re.compile(rb"\s*(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*")


class PackagesMissing(RuntimeError):
    """The npm packages are not installed."""


def copy_vendor() -> int:
    """Copies every listed file that changed; returns how many were written. Raises PackagesMissing without npm's packages."""
    written = 0
    for source, target in FILES.items():
        origin = PACKAGES / source
        if not origin.is_file():
            raise PackagesMissing(f"{source} is missing: run `make setup` (npm ci) first.")
        content = SOURCE_MAP.sub(b"\n", origin.read_bytes()) if origin.suffix in {".css", ".js"} else origin.read_bytes()
        destination = VENDOR / target
        if destination.is_file() and destination.read_bytes() == content:
            continue
        destination.parent.mkdir(parents=True, exist_ok=True)
        draft = destination.with_name(destination.name + ".draft")
        draft.write_bytes(content)
        draft.replace(destination)
        written += 1
    return written


if __name__ == "__main__":
    if copied := copy_vendor():
        sys.stdout.write(f"{copied} files copied to {VENDOR.relative_to(ROOT)}\n")
