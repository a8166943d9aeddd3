"""Starts the embedded server again when it ended while its foreman runs: a crash, the kernel short of memory, a kill."""

import time
from dataclasses import replace

from astra.core.project.postgresql.server import Server

FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30


class ServerKeeper:
    """Watches one embedded server, at the port where it runs now.

    The server is no child of the foreman (it outlives whoever started it), so nothing tells when it ends: it is looked for.
    """

    def __init__(self, server: Server) -> None:
        self.server = replace(server, port=server.running_port() or server.port)
        self.pause = FIRST_PAUSE_SECONDS
        self.due = 0.0

    def look(self) -> None:
        """Starts the server if it is gone; says so. What cannot be mended is tried again, with a pause that doubles."""
        if self.server.pid() is not None or time.monotonic() < self.due:
            return
        print("The database ended. Starting it again…", flush=True)
        try:
            self.server.ensure_running()
        except (RuntimeError, OSError) as failure:  # ServerFailed, NoUser, a folder that was closed
            self.due = time.monotonic() + self.pause
            print(f"{failure}\nNext try in {self.pause} s.", flush=True)
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
            return
        self.pause = FIRST_PAUSE_SECONDS
        print("The database answers again. What it had confirmed is there.", flush=True)
