"""The picture of a payment code."""

import io

import segno

QUIET_ZONE = 4
# Long codes have many modules; this keeps every picture between about 300 and 700 pixels.
PIXELS_PER_MODULE = 8


def qr_png(text: str) -> bytes:
    """A QR code as PNG: black on white also in dark clients, with the quiet zone that scanners need."""
    found = io.BytesIO()
    segno.make(text, error="m", micro=False).save(found, kind="png", scale=PIXELS_PER_MODULE, border=QUIET_ZONE, dark="#000", light="#fff")
    return found.getvalue()
