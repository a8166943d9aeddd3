"""The mailbox as its users meet it: smtplib at one end, HTTP at the other, one real process."""

from __future__ import annotations

import ast
import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from astra.sandbox.mail import page, words
from astra.sandbox.mail.letter import links_in

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = "import sys; from astra.sandbox.mail.program import main; sys.exit(main(sys.argv[1:]))"


@dataclass
class Post:
    """A running mailbox: `web` reads it, `smtp()` sends to it."""

    process: subprocess.Popen[str]
    web: httpx.Client
    smtp_port: int

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5)

    def send(self, mail: EmailMessage) -> None:
        with self.smtp() as door:
            door.send_message(mail)

    def stop(self) -> int:
        self.web.close()
        self.process.terminate()
        return self.process.wait(10)


def start(*options: str) -> Post:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--port", "0", "--smtp-port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    ready = process.stdout.readline().split()
    assert ready[0] == "ready"
    web = httpx.Client(base_url=ready[1], timeout=5)
    return Post(process, web, web.get("/api/address").json()["smtp"]["port"])


@pytest.fixture
def post() -> Iterator[Post]:
    it = start()
    yield it
    assert it.stop() == 0


def letter(to: str = "bia@loja.example", subject: str = "Confirme seu e-mail") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "AstraSystems <oi@astra.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content("Olá, ação!\nConfirme em http://localhost:8000/confirmar?k=a(1)&b=2.\nOu (http://localhost/x).\n")
    return mail


def test_a_mail_comes_in_by_smtp_and_out_as_json(post: Post) -> None:
    mail = letter()
    mail.add_alternative('<p>Oi <a href="https://a.example/html">aqui</a></p>', subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="fatura.pdf")
    post.send(mail)
    (found,) = post.web.get("/api/messages").json()
    assert found["to"] == ["bia@loja.example"]
    assert found["from"] == "AstraSystems <oi@astra.example>"
    assert found["subject"] == "Confirme seu e-mail"
    assert found["text"].startswith("Olá, ação!\nConfirme")
    assert "https://a.example/html" in found["html"]
    assert found["links"] == ["http://localhost:8000/confirmar?k=a(1)&b=2", "http://localhost/x"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", found["received_at"])
    assert post.web.get(f"/api/messages/{found['id']}").json() == found
    (file,) = found["attachments"]
    assert (file["name"], file["size"]) == ("fatura.pdf", 8)
    assert post.web.get(file["url"]).content == b"%PDF-1.4"


def test_links_of_a_mail_without_text_come_from_its_html(post: Post) -> None:
    mail = letter()
    mail.set_content('<a href="https://a.example/só">x</a><a href="javascript:alert(1)">y</a>', subtype="html")
    post.send(mail)
    assert post.web.get("/api/messages").json()[0]["links"] == ["https://a.example/só"]


def test_mails_are_found_by_recipient_and_after_another(post: Post) -> None:
    for to in ("Bia@Loja.example", "leo@loja.example", "bia@loja.example"):
        post.send(letter(to))
    of_bia = post.web.get("/api/messages", params={"to": "bia@loja.EXAMPLE"}).json()
    assert [mail["id"] for mail in of_bia] == ["1", "3"]
    assert [mail["id"] for mail in post.web.get("/api/messages?after=2").json()] == ["3"]
    assert len(post.web.get("/api/messages", params={"after": "2020-01-01T00:00:00Z"}).json()) == 3
    assert post.web.get("/api/messages", params={"after": of_bia[1]["received_at"]}).json() == []
    assert post.web.get("/api/messages?after=yesterday").status_code == 400


def test_emptied_it_gives_ids_that_were_never_used(post: Post) -> None:
    post.send(letter())
    assert post.web.delete("/api/messages").json() == {"deleted": 1}
    assert post.web.get("/api/messages").json() == []
    assert post.web.get("/api/messages/1").status_code == 404
    post.send(letter())
    assert post.web.get("/api/messages").json()[0]["id"] == "2"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"no header at all\r\n", b"no headers"),
        (b"", b"no headers"),
        (b"Subject: x\r\nFrom: nobody\r\n\r\ntext\r\n", b"From"),
        (b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\r\n", b"decoded"),
    ],
)
def test_a_bad_mail_is_refused_in_words(post: Post, raw: bytes, why: bytes) -> None:
    with post.smtp() as door:
        door.ehlo()
        door.mail("a@b.example")
        door.rcpt("c@d.example")
        code, text = door.data(raw)
    assert code == 550
    assert why in text
    assert post.web.get("/api/messages").json() == []


def test_limits_are_told(post: Post) -> None:
    with post.smtp() as door:
        door.ehlo()
        assert door.esmtp_features["size"] == str(2 * 1024 * 1024)
        door.mail("a@b.example")
        assert door.rcpt("nobody")[0] == 553
        for number in range(100):
            assert door.rcpt(f"n{number}@d.example")[0] == 250
        assert door.rcpt("one-more@d.example") == (452, b"4.5.3 Too many recipients: at most 100 for one mail")
        assert door.data(b"From: a@b.example\r\n\r\n" + b"x" * 70 * 1024 + b"\r\n")[0] == 500
        door.rset()
        door.mail("a@b.example")
        door.rcpt("c@d.example")
        assert door.data(b"From: a@b.example\r\n\r\n" + b"line\r\n" * 400_000)[0] == 552
    assert post.web.get("/api/messages").json() == []


def test_the_pages_show_the_mail_and_every_link_can_be_clicked(post: Post) -> None:
    mail = letter(subject="<script>alert(1)</script>")
    mail.add_alternative('<script>alert(1)</script><a href="https://a.example/h">x</a>', subtype="html")
    post.send(mail)
    listed = post.web.get("/", headers={"Accept-Language": "pt-BR"})
    assert "1 e-mail<" in listed.text
    assert "&lt;script&gt;" in listed.text
    assert listed.headers["Content-Security-Policy"].startswith("default-src 'self';")
    shown = post.web.get("/messages/1", headers={"Accept-Language": "en"}).text
    assert 'href="http://localhost:8000/confirmar?k=a(1)&amp;b=2"' in shown
    assert 'href="http://localhost/x"' in shown
    assert "Links in this mail" in shown
    for text in (listed.text, shown):
        assert "alert(1)</script>" not in text
        assert not re.search(r"<script(?! src=)|\sstyle=|\son\w+=", text)
    frame = post.web.get("/messages/1/html")
    assert frame.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "sandbox allow-popups" in frame.headers["Content-Security-Policy"]
    assert "allow-scripts" not in frame.headers["Content-Security-Policy"]
    assert "https://a.example/h" in frame.text
    gone = post.web.get("/messages/99", headers={"Accept-Language": "pt-BR"})
    assert (gone.status_code, "Este e-mail não está aqui" in gone.text) == (404, True)


def test_other_sites_and_other_names_are_refused(post: Post) -> None:
    post.send(letter())
    assert post.web.get("/api/messages", headers={"Host": "evil.example"}).status_code == 403
    assert post.web.delete("/api/messages", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert post.web.get("/", headers={"Host": "localhost:8300"}).status_code == 200
    assert len(post.web.get("/api/messages").json()) == 1


def test_the_state_outlives_the_process_and_the_clock_moves(tmp_path: Path) -> None:
    state = tmp_path / "mail.json"
    first = start("--state", str(state))
    first.web.post("/_sandbox/clock", json={"offset_seconds": 10 * 365 * 86400})
    first.send(letter())
    before = first.web.get("/api/messages").json()
    assert first.stop() == 0
    second = start("--state", str(state))
    assert second.web.get("/api/messages").json() == before
    second.send(letter())
    ids = [mail["id"] for mail in second.web.get("/api/messages").json()]
    assert (ids, before[0]["received_at"] > "2030") == (["1", "2"], True)
    assert second.stop() == 0


def test_the_oldest_mails_go_first(post: Post) -> None:
    with post.smtp() as door:
        for number in range(505):
            door.send_message(letter(subject=str(number)))
    kept = post.web.get("/api/messages").json()
    assert (len(kept), kept[0]["subject"], kept[-1]["subject"]) == (500, "5", "504")


def test_links_end_where_the_sentence_does() -> None:
    assert links_in("veja https://a.example/b, e (https://c.example/d_(e)). https://a.example/b!") == [
        "https://a.example/b",
        "https://c.example/d_(e)",
    ]


def test_every_text_has_its_portuguese() -> None:
    tree = ast.parse(Path(page.__file__).read_text(encoding="utf-8"))
    said = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "say"
        and isinstance(call.args[0], ast.Constant)
    }
    assert said - set(words.PT_BR) == set()
    assert len(said) > 20
