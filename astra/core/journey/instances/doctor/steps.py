"""What the doctor simulates: each step of the shop in its server, with a verdict."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

# ok: works. blocked: the shop cannot do it. warned: it sells all the same, with something missing. unneeded: missing, and nothing of
# the shop asks for it. skipped: cannot be judged before an earlier step works.
Verdict = Literal["ok", "blocked", "warned", "unneeded", "skipped"]
# How a step is put right: by the API, by a page of Discord that is one click away, or by a person ("").
Fix = Literal["", "allow", "commands", "clicks", "invite", "token"]
FIXED_BY_US: tuple[Fix, ...] = ("allow", "commands", "clicks")
WRONG: tuple[Verdict, ...] = ("blocked", "warned")
# The step about other programs that sign in with the same token.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Step:
    """One verdict. ``place`` is a channel's or role's id; ``facts`` are the names that the sentence needs."""

    step: str
    verdict: Verdict = "ok"
    reason: str = ""
    place: str = ""
    place_name: str = ""
    fix: Fix = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether somebody should do something."""
        return self.verdict in WRONG

    @property
    def is_told(self) -> bool:
        """Whether the owners hear of it before they look: it keeps the shop from selling, or somebody else may hold the token."""
        return self.verdict == "blocked" or (self.verdict == "warned" and self.step == ELSEWHERE)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


# All that can be said while Discord does not accept the token.
DEAD_TOKEN = Step("token", "blocked", "token_invalid", fix="token")


def from_plain(kept: dict[str, Any]) -> Step:
    """A step as it was kept; words of a later version are passed over."""
    known = {name: kept[name] for name in ("step", "verdict", "reason", "place", "place_name", "fix", "facts") if name in kept}
    return Step(**known)
