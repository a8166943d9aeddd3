"""How a bot ends: its exit codes, and the word the core keeps for each."""

TOLD_TO_STOP = 0
CRASHED = 1
USAGE = 2
SUPERSEDED = 20
TOKEN_INVALID = 21
TICKET_REFUSED = 22
SESSION_ENDED = 23
INTENTS_REFUSED = 24
CORE_UNREACHABLE = 25
IDENTIFY_BUDGET = 26

REASONS = {
    TOLD_TO_STOP: "told_to_stop",
    SUPERSEDED: "superseded",
    TOKEN_INVALID: "token_invalid",
    TICKET_REFUSED: "ticket_refused",
    SESSION_ENDED: "session_ended",
    INTENTS_REFUSED: "intents_refused",
    CORE_UNREACHABLE: "core_unreachable",
    IDENTIFY_BUDGET: "identify_budget",
}


def reason_of(exit_code: int | None) -> str:
    """The word for an exit code; None (nobody was there to see it) and unknown ones are a plain end of the process."""
    if exit_code is not None and exit_code < 0:
        return "process_killed"
    return REASONS.get(exit_code, "process_ended") if exit_code is not None else "process_ended"
