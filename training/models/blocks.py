"""The blocks of a lesson's body. Each has one template, for preview and player alike."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

VIDEO_FILES = frozenset({".mp4", ".webm"})
CAPTION_FILES = frozenset({".vtt"})


def extension(document: Any) -> str:
    return PurePath(document.file.name if document else "").suffix.lower()


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("what it shows"), max_length=250, help_text=_("Read aloud instead of the image.")
    )
    caption = blocks.CharBlock(required=False, label=_("caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "training/blocks/image.html"


class TranscriptLine(blocks.StructBlock):
    at = blocks.RegexBlock(
        regex=r"^\d{1,2}:\d{2}$", label=_("at"), help_text=_("Minutes and seconds, like 1:05")
    )
    text = blocks.TextBlock(rows=2, label=_("words"))


class VideoBlock(blocks.StructBlock):
    """A video needs captions and a transcript: the publishing check demands them."""

    title = blocks.CharBlock(label=_("title"))
    video = DocumentChooserBlock(label=_("video file"), help_text=_("MP4 or WebM"))
    captions = DocumentChooserBlock(label=_("captions"), help_text=_("WebVTT file (.vtt)"))
    transcript = blocks.ListBlock(TranscriptLine(), label=_("transcript"), min_num=1)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "training/blocks/video.html"

    def clean(self, value: Any) -> Any:
        """Said beside the field: the right kind of file in the right place."""
        cleaned = super().clean(value)
        wrong = {name: ValidationError(words) for name, words in video_file_problems(cleaned).items()}
        if wrong:
            raise blocks.StructBlockValidationError(block_errors=wrong)
        return cleaned


def video_file_problems(video: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with the file there; a file that is missing is somebody else's question."""
    found = {}
    if video.get("video") and extension(video["video"]) not in VIDEO_FILES:
        found["video"] = _t("Choose an MP4 or WebM file.")
    if video.get("captions") and extension(video["captions"]) not in CAPTION_FILES:
        found["captions"] = _t("Choose a WebVTT file: its name ends in .vtt.")
    return found


class DocumentBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    document = DocumentChooserBlock(label=_("document"))

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "training/blocks/document.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("practice", _("Practice point")), ("caution", _("Caution"))],
        default="practice",
        label=_("kind"),
    )
    title = blocks.CharBlock(label=_("title"))
    text = blocks.RichTextBlock(features=["bold", "italic", "ul", "ol"], label=_("text"))

    class Meta:
        icon = "help"
        label = _("Callout")
        template = "training/blocks/callout.html"


class LessonBody(blocks.StreamBlock):
    text = blocks.RichTextBlock(
        features=["h2", "h3", "bold", "italic", "ul", "ol", "link"],
        label=_("Text"),
        icon="pilcrow",
        template="training/blocks/text.html",
    )
    image = ImageBlock()
    video = VideoBlock()
    document = DocumentBlock()
    callout = CalloutBlock()

    class Meta:
        block_counts: dict[str, Any] = {}
