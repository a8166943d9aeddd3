"""Runs inside the container, as somebody who took the bot over: the core's part. He has all that the bot has, and knows everybody's ids."""

import base64
import hashlib
import json
import time
import urllib.error
import urllib.request
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SESSIONS, RENEWAL, HEARTBEATS, EVENTS = "/runtime/sessions", "/runtime/sessions/renewal", "/runtime/heartbeats", "/runtime/guild-events"
INTERACTIONS = "/runtime/interactions"
SIGNED = (RENEWAL, HEARTBEATS, EVENTS, INTERACTIONS, f"{INTERACTIONS}/1/closure")
BODIES = {
    HEARTBEATS: {"state": "online", "reason": ""},
    EVENTS: {"kind": "joined", "guild_id": "66", "guild_name": "x"},
    INTERACTIONS: {"type": 1},
}


class Intruder:
    """The bot's key and session in other hands."""

    def __init__(self, told):
        self.told = told
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": told["proxy"]} if told["proxy"] else {}))
        self.key = Ed25519PrivateKey.generate()
        status, answer = self.ask(SESSIONS, self.opening(told["ticket"]))
        if status != 200:
            raise SystemExit(f"no session: {status} {answer}")
        self.session, self.ahead = answer["session_id"], answer["now"] - time.time_ns() // 1000
        self.last = 0

    def opening(self, ticket, key=None, public=None):
        """What trades a ticket for a session."""
        key = key or self.key
        public = public or encode(key.public_key().public_bytes_raw())
        text = "\n".join(["astra-runtime-opening-1", hashlib.sha256(ticket.encode()).hexdigest(), public]).encode()
        return {"ticket": ticket, "public_key": public, "signature": encode(key.sign(text))}

    def ask(self, path, body, headers=(), base=None):
        """(status, JSON or text) of a POST."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request((base or self.told["core"]) + path, raw, {"Content-Type": "application/json", **dict(headers)})
        return self.send(request)

    def get(self, url, headers=()):
        """(status, JSON or text) of a GET."""
        return self.send(urllib.request.Request(url, headers=dict(headers)))

    def send(self, request):
        try:
            with self.opener.open(request, timeout=15) as answer:
                status, raw = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, raw = refused.code, refused.read()
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, raw.decode(errors="replace")

    def headers(self, path, raw, *, session=None, stamp=None, key=None, method="POST"):
        """The three signed headers."""
        session = session or self.session
        if stamp is None:
            self.last = stamp = max(self.last + 1, time.time_ns() // 1000 + self.ahead)
        text = "\n".join(["astra-runtime-request-1", session, str(stamp), method, path, hashlib.sha256(raw).hexdigest()]).encode()
        return {"Astra-Session": session, "Astra-Stamp": str(stamp), "Astra-Signature": encode((key or self.key).sign(text))}

    def signed(self, path, body, **changed):
        """A signed POST."""
        raw = json.dumps(body).encode()
        return self.ask(path, raw, self.headers(path, raw, **changed))


def encode(raw):
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def attempts(told):
    """Everything to try against the core."""
    him = Intruder(told)
    return [*identities(him), *stamps(him), *tickets(him), *doors(him), *clicks(him), *guesses(him)]


def taken(answer):
    """Whether the core let it in."""
    return answer[0] < 400 and answer


def identities(him):
    """Speaking as somebody else, by every verb."""
    told = him.told
    for path in SIGNED:
        body = BODIES.get(path, {})
        raw = json.dumps(body).encode()
        for who, session in told["sessions"].items():
            yield (
                "identity",
                f"{path} as {who}",
                lambda path=path, body=body, session=session: taken(him.signed(path, body, session=session)),
            )
        yield "identity", f"{path} without a signature", lambda path=path, raw=raw: taken(him.ask(path, raw))
        yield (
            "identity",
            f"{path} by a key of another",
            lambda path=path, body=body: taken(him.signed(path, body, key=Ed25519PrivateKey.generate())),
        )
        yield (
            "identity",
            f"{path} signed for another path",
            lambda path=path, raw=raw: taken(him.ask(path, raw, him.headers("/runtime/other", raw))),
        )
        yield (
            "identity",
            f"{path} signed for another body",
            lambda path=path, raw=raw: taken(him.ask(path, raw, him.headers(path, raw + b" "))),
        )
        yield (
            "identity",
            f"{path} signed for another method",
            lambda path=path, raw=raw: taken(him.ask(path, raw, him.headers(path, raw, method="GET"))),
        )
        for name, value in (
            ("Astra-Session", told["sessions"]["another seller's bot"]),
            ("Astra-Session", ""),
            ("Astra-Session", told["instances"][0]),
        ):
            yield (
                "identity",
                f"{path} with {name} exchanged for {value[:8] or 'nothing'}",
                lambda path=path, raw=raw, name=name, value=value: taken(him.ask(path, raw, {**him.headers(path, raw), name: value})),
            )
    for path in (HEARTBEATS, EVENTS, RENEWAL):
        for name in ("seller_id", "instance_id", "session_id", "generation"):
            # Answered for himself; the judge looks whether it moved anything of the one it names.
            yield (
                "identity",
                f"{path} with {name} of another in its body",
                lambda path=path, name=name: him.signed(path, {**BODIES.get(path, {}), name: him.told["foreign"].get(name, 0)}) and False,
            )


def stamps(him):
    """The same request again, and requests of another hour."""
    for path in SIGNED[:3]:
        raw = json.dumps(BODIES.get(path, {})).encode()

        def again(path=path, raw=raw):
            headers = him.headers(path, raw)
            first = him.ask(path, raw, headers)
            return first[0] < 300 and taken(him.ask(path, raw, headers))

        yield "replay", f"{path} a second time", again
        for seconds in (-3600, -600, -90, 90, 600, 3600, -(10**9), 10**10):
            yield (
                "replay",
                f"{path} of {seconds:+d} s",
                lambda path=path, raw=raw, seconds=seconds: taken(
                    him.ask(path, raw, him.headers(path, raw, stamp=max(1, time.time_ns() // 1000 + him.ahead + seconds * 10**6)))
                ),
            )


def tickets(him):
    """Sessions that are not his to open."""
    told = him.told
    for who, ticket in {
        "his own, used": told["ticket"],
        **told["tickets"],
        "a guessed one": "A" * 43,
        "none": "",
        "a hash": told["ticket_hash"],
    }.items():
        yield (
            "ticket",
            f"a session by {who}",
            lambda ticket=ticket: taken(him.ask(SESSIONS, him.opening(ticket, Ed25519PrivateKey.generate()))),
        )
    stranger = encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    yield "ticket", "for a key he does not hold", lambda: taken(him.ask(SESSIONS, him.opening(told["spare"], public=stranger)))
    yield "ticket", "without proof", lambda: taken(him.ask(SESSIONS, {**him.opening(told["spare"]), "signature": "A" * 86}))
    yield "ticket", "an empty key", lambda: taken(him.ask(SESSIONS, {**him.opening(told["spare"]), "public_key": ""}))


def doors(him):
    """Doors of the core, and of others, that are not the bot's."""
    told = him.told
    for path in ("/", "/conta/login/", "/admin/", "/metrics", "/readyz", "/webhooks/payments/sandbox", f"/discord/interactions/{told['application']}",
                 "/runtime/../admin/", "/runtime/stock", "/runtime/orders", "/runtime/deliveries", "/runtime/goods", "/runtime/tokens"):  # fmt: skip
        raw = b"{}"
        yield "door", f"POST {path}", lambda path=path, raw=raw: taken(him.ask(path, raw, him.headers(path, raw)))
        yield "door", f"GET {path}", lambda path=path: taken(him.get(told["core"] + path, him.headers(path, b"", method="GET")))
    for url in told["others"]:
        yield (
            "door",
            f"by the proxy: {url.split('//')[1].split('/', 1)[-1] or '/'} of {url.split('//')[1][:22]}",
            lambda url=url: taken(him.get(url)),
        )


def clicks(him):
    """Forged presses. A press may be answered; it must not bring goods, neither now nor later into a reply that he can read."""
    told = him.told

    def forge(custom_id, user, interaction, kind=3, **more):
        data = {"custom_id": custom_id, "component_type": 2} if kind != 2 else {"name": custom_id, "type": 1}
        payload = {
            "id": interaction["id"], "token": interaction["token"], "application_id": told["application"], "type": kind, "version": 1,
            "locale": "pt-BR", "channel_id": told["channel"], "channel": {"id": told["channel"], "type": 0}, "guild_id": told["guild"],
            "member": {"user": {"id": user, "username": "bento"}}, "data": data, **more,
        }  # fmt: skip
        status, answer = him.signed(INTERACTIONS, payload)
        found = [one for one in told["canaries"] if one in json.dumps(answer)]
        return found or (read(interaction) if status < 300 else [])

    def read(interaction):
        """The reply as he reads it with the token he saw, again and again while the core may write into it."""
        path = f"/webhooks/{told['application']}/{interaction['token']}/messages/@original"
        until = time.monotonic() + told["patience"]
        while True:
            status, message = him.get(told["discord"] + path)
            found = [one for one in told["canaries"] if one in json.dumps(message)]
            if found or status == 404 or time.monotonic() > until:
                return found
            time.sleep(0.2)

    def invented():
        return {"id": str(((time.time_ns() // 10**6) - 1420070400000 << 22) + uuid.uuid4().int % 2**20), "token": uuid.uuid4().hex}

    for name, order in told["orders"].items():
        for user in told["people"].values():
            for verb in (f"see:{order}", f"order:{order}:show", f"order:{order}:refresh", f"cart:{order}:pay"):
                yield (
                    "click",
                    f"{verb.split(':')[0]}…{verb.split(':')[-1][-8:]} of {name} as {user[-4:]}, invented token",
                    lambda verb=verb, user=user: forge(verb, user, invented()),
                )
    yield "click", "the list of his purchases", lambda: forge("compras", told["people"]["buyer"], invented(), 2)
    yield (
        "click",
        "another application's press",
        lambda: forge(
            f"see:{told['orders']['the buyer']}", told["people"]["buyer"], invented(), application_id=told["foreign"]["application_id"]
        ),
    )
    for real in told["presses"]:
        yield (
            "click",
            f"see: under a real press ({real['was']})",
            lambda real=real: forge(f"see:{told['orders']['the buyer']}", real["user"], real),
        )
    for real in told["presses_of_others"]:
        yield (
            "click",
            f"see: under a real press of another ({real['was']})",
            lambda real=real: forge(f"see:{told['orders']['the buyer']}", told["people"]["buyer"], real),
        )


def guesses(him):
    """Goods and money by guessed addresses at Discord and the bank."""
    told = him.told
    token = {"Authorization": f"Bot {told['bot_token']}"}
    for path in (
        f"/channels/{told['channel']}/messages?limit=100",
        "/users/@me/channels",
        f"/guilds/{told['guild']}/members",
        "/users/@me/guilds",
    ):
        yield (
            "discord",
            f"the bot's own eyes: {path.split('?')[0][-24:]}",
            lambda path=path: [one for one in told["canaries"] if one in json.dumps(him.get(told["discord"] + path, token))],
        )
    for word in ("", "sk_sandbox_", "key_for_test", "admin", "password"):
        yield (
            "bank",
            f"charges with key {word!r}",
            lambda word=word: taken(him.get(told["bank"] + "/v1/charges", {"Authorization": f"Bearer {word}"})),
        )
