"""The one way a bot ends."""


class Ending(Exception):
    """Raised by whoever learns that this copy must end; carries the exit code of ``protocol.endings`` and its word."""

    def __init__(self, exit_code: int, reason: str) -> None:
        super().__init__(reason)
        self.exit_code = exit_code
        self.reason = reason
