"""What is kept over a restart, and the program as a process."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from astra.sandbox import state_file
from astra.sandbox.payments.bank import Bank

from .provider import API_KEY, SECRET, Provider, seen, serve


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    bank = Bank(api_key=API_KEY, webhook_secret=SECRET, path=path)
    provider = Provider(await serve(bank), bank)
    await provider.knobs(duplicates=1, payout_delay_seconds=3600)
    await provider.clock(120)
    await provider.call("PUT", "/_sandbox/webhook", {"url": "http://127.0.0.1:9/"})
    charge = await provider.charge(payer={"name": "Ção"})
    await provider.pay(charge["id"], times=2)
    await provider.refund(charge["id"], 10)
    await provider.payout(100)
    kept = await provider.call("POST", "/v1/charges", {"amount_minor": 1, "currency": "BRL", "reference": "x"}, key="k")
    await provider.client.close()

    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["charges"][0]["payer"]["name"] == "Ção"
    assert "Ção" in path.read_text(encoding="utf-8")
    second = Bank(api_key=API_KEY, webhook_secret=SECRET, path=path)
    assert second.state == bank.state
    again = Provider(await serve(second), second)
    assert await again.call("POST", "/v1/charges", {"amount_minor": 1, "currency": "BRL", "reference": "x"}, key="k") == kept
    assert (await again.get("/_sandbox/clock"))["offset_seconds"] == 120
    await again.check_books()
    await again.client.close()


async def test_a_change_is_written_a_moment_later(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    bank = Bank(api_key=API_KEY, webhook_secret=SECRET, path=path)
    provider = Provider(await serve(bank), bank)
    charge = await provider.charge()
    await seen(lambda: path.exists() and charge["id"] in path.read_text())
    await provider.client.close()
    assert os.listdir(tmp_path) == ["state.json"]  # noqa: PTH208 - and no temporary file beside it


async def test_webhooks_that_waited_are_sent_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    bank = Bank(api_key=API_KEY, webhook_secret=SECRET, path=path, webhook_url="http://127.0.0.1:9/")
    provider = Provider(await serve(bank), bank)
    await provider.knobs(delay_seconds=0.5)
    await provider.pay((await provider.charge())["id"])
    await provider.client.close()
    second = Bank(api_key=API_KEY, webhook_secret=SECRET, path=path)
    client = await serve(second)
    [message] = second.state.messages.values()
    await seen(lambda: bool(message.attempts))
    await client.close()


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    state_file.write(path, '{"a": 1}')

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        state_file.write(path, '{"a": 2}')
    assert state_file.read(path) == {"a": 1}


@pytest.mark.parametrize("content", ["[]", "{", '{"format": 99}', '{"format": 1}'])
async def test_a_foreign_file_stops_the_start_and_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    process = await start(["--state", str(path)])
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert b"could not start" in err
    assert path.read_text() == content


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_program_says_ready_serves_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "state.json"
    process = await start(["--state", str(path), "--api-key", API_KEY, "--webhook-secret", SECRET])
    assert process.stdout is not None
    async with asyncio.timeout(20):
        word, address = (await process.stdout.readline()).decode().split()
    assert word == "ready"
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with aiohttp.ClientSession() as session, session.get(f"{address}/v1/account", headers=headers) as answer:
        account = await answer.json()
    process.send_signal(number)
    async with asyncio.timeout(10):
        out, err = await process.communicate()
    assert (process.returncode, out, err) == (0, b"", b"")
    assert json.loads(path.read_text())["account_id"] == account["id"]


async def start(arguments: list[str]) -> asyncio.subprocess.Process:
    code = "import sys; from astra.sandbox.payments.program import main; sys.exit(main(sys.argv[1:]))"
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        "--port",
        "0",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
