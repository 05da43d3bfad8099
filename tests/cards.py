"""Pictures of cards, as people send them."""

import io

from PIL import Image, ImageDraw


def card_picture(*lines: str) -> bytes:
    """A JPEG with these lines on it."""
    image = Image.new("RGB", (640, 400), "#f7f4ec")
    draw = ImageDraw.Draw(image)
    for index, line in enumerate(lines):
        draw.text((40, 40 + index * 50), line, fill="#15222a", font_size=28)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()
