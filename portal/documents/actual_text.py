"""What is copied, searched or read aloud is what was written, in scripts whose letters change places too.

WeasyPrint says of each glyph, once for the whole document, which letters it stands for. Where two letters
share two glyphs (Devanagari vowels before their consonant, joined emoji) that loses one of them. Lines of
such scripts therefore carry their text beside the glyphs, as PDF provides for it (ActualText).
"""

import re
from typing import Any

# The scripts of South and South East Asia, and what joins or varies emoji.
_COMPLEX = re.compile("[\u0900-\u109f\u1780-\u17ff\u200d\u20e3\ufe0f\U0001f1e6-\U0001faff]")
# Readers turn a line of these round by themselves; with the text beside it, twice.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def write_actual_text(drawing: Any) -> None:
    """Makes WeasyPrint do it, from now on; safe to call twice. `drawing`: its module that draws text."""
    import pydyf

    draw = drawing.draw_first_line
    if getattr(draw, "spells_out", False):
        return

    def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
        if not _COMPLEX.search(textbox.text) or _RIGHT_TO_LEFT.search(textbox.text):
            return draw(stream, textbox, *rest)
        stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(textbox.text)}))
        try:
            return draw(stream, textbox, *rest)
        finally:
            stream.end_marked_content()

    draw_first_line.spells_out = True  # type: ignore[attr-defined]
    drawing.draw_first_line = draw_first_line
