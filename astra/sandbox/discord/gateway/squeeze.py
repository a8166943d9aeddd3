"""The two compressions of the gateway's transport, each one stream for a whole connection."""

from __future__ import annotations

import zlib
from collections.abc import Callable

ZLIB, ZSTD = "zlib-stream", "zstd-stream"
OFFERED = ("", ZLIB, ZSTD)

MAGIC = (0xFD2FB528).to_bytes(4, "little")
# No checksum, no dictionary, no size; a window of 2^17 bytes, which is also the largest block (RFC 8878, 3.1.1.1).
HEADER = MAGIC + bytes([0, (17 - 10) << 3])
LARGEST_BLOCK = 1 << 17

Squeeze = Callable[[bytes], bytes]


def squeezer(kind: str) -> Squeeze | None:
    """What turns each message into the next piece of the stream; None where there is no compression."""
    if kind == ZLIB:
        # A small window: of the usual size a thousand bots would take a quarter of a gigabyte.
        deflate = zlib.compressobj(level=6, wbits=12, memLevel=5)
        return lambda data: deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return Blocks() if kind == ZSTD else None


class Blocks:
    """A Zstandard stream of raw blocks: any decoder reads it, nothing needs to be installed, and no window takes memory."""

    def __init__(self) -> None:
        self._begun = False

    def __call__(self, data: bytes) -> bytes:
        """The blocks of one message; before the first, the frame's header."""
        pieces = [data[start : start + LARGEST_BLOCK] for start in range(0, len(data), LARGEST_BLOCK)]
        # Block header: not the last, type 0 (raw), size (RFC 8878, 3.1.1.2).
        blocks = b"".join((len(piece) << 3).to_bytes(3, "little") + piece for piece in pieces)
        begun, self._begun = self._begun, True
        return blocks if begun else HEADER + blocks
