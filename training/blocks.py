"""The blocks of a lesson's body. Each has one template, in the player and in the page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(label=_("what it shows"), help_text=_("Read aloud instead of the image."))
    caption = blocks.CharBlock(required=False, label=_("caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "training/blocks/image.html"


class TranscriptLine(blocks.StructBlock):
    at = blocks.RegexBlock(regex=r"^\d{1,2}:\d{2}$", label=_("at"), help_text=_("Minutes and seconds, 1:05"))
    text = blocks.TextBlock(rows=2, label=_("words"))


class VideoBlock(blocks.StructBlock):
    """A video needs captions and a transcript: the publishing check demands them."""

    title = blocks.CharBlock(label=_("title"))
    video = DocumentChooserBlock(label=_("video file"), help_text=_("MP4 or WebM"))
    captions = DocumentChooserBlock(label=_("captions"), help_text=_("WebVTT file"))
    transcript = blocks.ListBlock(TranscriptLine(), label=_("transcript"), min_num=1)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "training/blocks/video.html"


class DocumentBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"))
    document = DocumentChooserBlock(label=_("document"))

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "training/blocks/document.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("practice", _("Practice point")), ("caution", _("Caution"))], default="practice", label=_("kind")
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
