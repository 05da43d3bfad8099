"""QR codes for documents."""

import base64
import io

import segno


def qr_data_uri(text: str) -> str:
    """The text as a QR code (error level M): an SVG in a data address, the same for the same text."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
