"""How big the code is: files, lines, the longest and the median, by folder."""

import statistics
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Prints one line a folder."""
    found: dict[str, list[int]] = defaultdict(list)
    for path in [*ROOT.glob("astra/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        parts = path.relative_to(ROOT).parts
        folder = "/".join(parts[: 4 if parts[:2] == ("astra", "core") else 2][: len(parts) - 1])
        found[folder + (" (tests)" if "tests" in parts[1:] else "")].append(len(path.read_text(encoding="utf-8").splitlines()))
    print(f"{'folder':44} {'files':>6} {'lines':>7} {'median':>7} {'longest':>8}")
    for folder, lines in sorted(found.items()):
        print(f"{folder:44} {len(lines):6} {sum(lines):7} {statistics.median(lines):7.0f} {max(lines):8}")
    total = [count for lines in found.values() for count in lines]
    print(f"{'all':44} {len(total):6} {sum(total):7} {statistics.median(total):7.0f} {max(total):8}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
