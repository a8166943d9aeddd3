"""The demo's own application in the offline Discord: people sign in through it, so that nothing has to be set up by hand."""

import json
from pathlib import Path
from typing import Any

import httpx

from astra.core.project.addresses import Addresses

NAME, OWNER = "AstraSystems", "olga"
BACK = "/conta/discord/volta/"


def sign_in_application(home: Path, addresses: Addresses) -> dict[str, str]:
    """The settings of an application that exists in the sandbox and may lead back to this portal.

    It is made at the first start and kept beside the sandbox's own state, so that both are forgotten together. Raises
    httpx.HTTPError when the sandbox does not answer.
    """
    kept = home / "sandbox" / "sign-in.json"
    with httpx.Client(base_url=addresses.machine_url("discord"), timeout=30, trust_env=False) as sandbox:
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else None
        if known is None or sandbox.get(f"/_sandbox/applications/{known['id']}").status_code != 200:
            owner = _asked(sandbox.post("/_sandbox/users", json={"username": OWNER, "global_name": OWNER.capitalize()}))
            made = _asked(sandbox.post("/_sandbox/applications", json={"name": NAME, "owner_id": owner["id"]}))
            known = {"id": made["id"], "secret": made["client_secret"]}
            draft = kept.with_suffix(".draft")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(known), encoding="utf-8")
            draft.replace(kept)
        # The block of ports may have moved since.
        _asked(sandbox.patch(f"/_sandbox/applications/{known['id']}", json={"redirect_uris": [addresses.url("portal") + BACK]}))
    return {"ASTRA_DISCORD_CLIENT_ID": known["id"], "ASTRA_DISCORD_CLIENT_SECRET": known["secret"]}


def _asked(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    return dict(answer.json())
