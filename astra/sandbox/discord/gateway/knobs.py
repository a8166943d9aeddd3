"""What the gateway allows; Discord's own numbers at first, settable by /_sandbox/gateway."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from astra.sandbox.discord.observed import IDENTIFY_PACE_SECONDS
from astra.sandbox.discord.refusal import Json, bad_field


@dataclass
class Knobs:
    """Numbers of the gateway. They end with the process."""

    heartbeat_ms: int = 41_250
    sessions_a_day: int = 1000
    max_concurrency: int = 1
    # Seconds between two IDENTIFY of one bucket (shard id modulo max_concurrency); 0 lets a bot come again at once.
    identify_pace_seconds: float = IDENTIFY_PACE_SECONDS
    guilds_a_shard: int = 2500
    commands_a_minute: int = 120
    # True: heartbeats stay without an answer, as on a connection that is dead without a word.
    silent: bool = False

    @classmethod
    def first(cls, *, quick: bool) -> Knobs:
        """As they are when a Discord begins; `quick` without the pause between two IDENTIFY."""
        return cls(identify_pace_seconds=0.0) if quick else cls()

    def change(self, wanted: Json) -> None:
        """Takes new numbers; all or none. Raises Refusal 50035."""
        kinds = {field.name: field.type for field in fields(self)}
        for name, value in wanted.items():
            if name not in kinds:
                raise bad_field(name, "UNKNOWN_FIELD", f"One of {', '.join(kinds)}.")
            if kinds[name] == "bool":
                fits = isinstance(value, bool)
            else:
                allowed = (int, float) if kinds[name] == "float" else (int,)
                least = 0 if name in ("sessions_a_day", "identify_pace_seconds") else 1
                fits = isinstance(value, allowed) and not isinstance(value, bool) and value >= least
            if not fits:
                raise bad_field(name, "NUMBER_TYPE_COERCE", f"This is no {kinds[name]} that fits.")
        for name, value in wanted.items():
            setattr(self, name, value)

    def public(self) -> Json:
        """All of them."""
        return asdict(self)
