"""Rules that make this Discord misbehave. None in the beginning."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .refusal import Json, Problems

KINDS = ("lose_answer", "lose_request", "error", "delay", "rate_limit", "drop")
GATEWAY = "GATEWAY"  # in place of a method: what goes to a bot by its socket; the path is the event's name
PREFIX = re.compile(r"^/api(/v\d+)?")
NUMBER = re.compile(r"/\d+")
TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/]+")


@dataclass
class Rule:
    """One way to misbehave, for requests whose method and path match, `times` times (None: until cleared)."""

    match: str
    kind: str
    method: str
    path: re.Pattern[str]
    status: int = 500
    code: int = 0
    seconds: float = 1.0
    times: int | None = None
    chance: float = 1.0
    application_id: str | None = None

    def public(self) -> Json:
        """The rule as it was given, with the times that are left."""
        shown: Json = {"match": self.match, "kind": self.kind, "seconds": self.seconds, "times": self.times}
        if self.kind == "error":
            shown |= {"status": self.status, "code": self.code}
        if self.kind == "drop" and self.code:
            shown["code"] = self.code
        if self.chance < 1:
            shown["chance"] = self.chance
        if self.application_id is not None:
            shown["application_id"] = self.application_id
        return shown


class Faults:
    """The rules in force. The first that fits a request is used and counts down.

    `name_of` tells the name of an application, which a second run knows again, unlike its id.
    """

    def __init__(self, name_of: Callable[[str], str] = str) -> None:
        self._rules: list[Rule] = []
        self._seed = 0
        self._name_of = name_of
        self._seen: Counter[str] = Counter()

    def public(self) -> Json:
        """All rules."""
        return {"rules": [rule.public() for rule in self._rules], "seed": self._seed}

    def set(self, rules: Any, seed: Any = 0) -> None:
        """Puts `rules` in place of what there was; all or none. Raises Refusal 50035.

        `seed` decides which requests a `chance` strikes: under the same rules with the same seed the same ones, counted for each bot and
        each route by itself, so that what other bots do meanwhile changes nothing.
        """
        problems = Problems()
        if not isinstance(seed, int) or isinstance(seed, bool):
            problems.add(("seed",), "NUMBER_TYPE_COERCE", "seed is a whole number.")
        made = []
        if not isinstance(rules, list):
            problems.add(("rules",), "LIST_TYPE_CONVERT", "rules is a list.")
            rules = []
        for index, wanted in enumerate(rules):
            try:
                made.append(_rule(wanted))
            except (KeyError, TypeError, ValueError, re.error) as problem:
                problems.add(("rules", index), "RULE_INVALID", f"This rule cannot be used: {problem!r}.")
        problems.raise_if_any()
        self._rules = made
        self._seed = seed
        self._seen.clear()

    def pick(self, method: str, path: str, application_id: str | None) -> Rule | None:
        """The rule for this request, counted down."""
        bare = PREFIX.sub("", path)
        methods = (method,) if method == GATEWAY else ("*", method)
        for index, rule in enumerate(self._rules):
            if rule.times == 0 or rule.method not in methods:
                continue
            if rule.application_id not in (None, application_id):
                continue
            if not rule.path.search(path) and not rule.path.search(bare):
                continue
            if rule.chance < 1 and self._draw(index, method, bare, application_id) >= rule.chance:
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None

    def _draw(self, index: int, method: str, path: str, application_id: str | None) -> float:
        """A number from 0 to 1 for the next request of this bot on this route: ids and tokens in the path do not count."""
        shape = NUMBER.sub("/:id", TOKEN.sub(r"\1:token", path))
        key = f"{self._seed} {index} {'' if application_id is None else self._name_of(application_id)} {method} {shape}"
        self._seen[key] += 1
        digest = hashlib.sha256(f"{key} {self._seen[key]}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64


def _rule(wanted: Json) -> Rule:
    method, _, path = str(wanted["match"]).partition(" ")
    if not path or wanted["kind"] not in KINDS:
        raise ValueError(f"match is 'METHOD path-regex', kind is one of {', '.join(KINDS)}")
    known = {"match", "kind", "status", "code", "seconds", "times", "chance", "application_id"}
    if method.upper() == GATEWAY and wanted["kind"] != "drop":
        raise ValueError("of what goes by the gateway only the kind drop is known")
    if unknown := set(wanted) - known:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    times = wanted.get("times")
    return Rule(
        match=str(wanted["match"]),
        kind=wanted["kind"],
        method=method.upper(),
        path=re.compile(path),
        status=int(wanted.get("status", 500)),
        code=int(wanted.get("code", 0)),
        seconds=float(wanted.get("seconds", 1.0)),
        times=None if times is None else int(times),
        chance=float(wanted.get("chance", 1.0)),
        application_id=None if wanted.get("application_id") is None else str(wanted["application_id"]),
    )
