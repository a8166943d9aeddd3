"""Everything that is wired exists, and everything that waits to be woken is wired."""

import re
from pathlib import Path

from astra.core.foundation.jobs import known_jobs
from astra.core.project.wiring import events, sweeps

# Started by an action, a sweep or another job, and not by an event.
STARTED_OTHERWISE = {
    "accounts.close_seller",
    "accounts.make_export",
    "accounts.send_letter",
    "billing.send_reminder",
    "discord.cancel_order",
    "discord.reveal",
    "discord.show_order",
    "instances.check_token",
    "instances.examine",
    "payments.cancel_charge",
    "payments.read_inbox",
    "payments.read_payout",
    "payments.take_reading",
    "sales.expire_order",
    "wallet.clear_earnings",
}


def test_every_wired_job_is_declared():
    assert {job for jobs in events().values() for job in jobs} <= set(known_jobs())


def test_every_declared_job_is_started_by_somebody():
    wired = {job for jobs in events().values() for job in jobs}
    own = {name for name in known_jobs() if not name.startswith("tests.")}  # other tests declare jobs of their own
    assert own - wired == STARTED_OTHERWISE


def test_every_sweep_is_on_the_list():
    core = Path(__file__).resolve().parents[2]
    written = {
        name
        for path in core.glob("**/sweeps.py")
        for name in re.findall(r"^def ((?:sweep_|janitor)\w*)\(\) -> int", path.read_text(), re.MULTILINE)
    }
    assert written == {sweep.__name__ for sweep in sweeps()}
