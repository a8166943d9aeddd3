"""Every deed that the code writes into the audit has words in Portuguese."""

import re
from pathlib import Path

from django.utils import translation

from astra.core.surfaces.ui.deeds import deed_text

CORE = Path(__file__).resolve().parents[3]
# Clicks of buyers are counted under these; they are no deeds of the audit.
CLICKS = {"open", "place"}


def test_every_verb_of_the_audit_has_words():
    files = [path for path in CORE.rglob("actions/*.py") if "tests" not in path.parts]
    verbs = {verb for path in files for verb in re.findall(r'verb="(\w+)"', path.read_text())} - CLICKS
    assert len(verbs) > 30
    with translation.override("pt-br"):
        assert not {verb for verb in verbs if str(deed_text(verb)) == verb}, "say it in surfaces/ui/deeds.py"
