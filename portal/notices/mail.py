"""The mail of a message: text first, HTML beside it, with the same Message-ID each time it is tried."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.notices.kinds import label_of, list_heading
from portal.notices.models import Message, Notice
from portal.texts import one_line

# More than this nobody reads in a mail; the inbox has them all.
MOST = 40


@dataclass(frozen=True)
class Line:
    """One item of a list: who it is about, with the address of the person's page, and what."""

    name: str
    url: str
    text: str


@dataclass(frozen=True)
class OneList:
    """Notices of a kind that are read as one list: a heading, and a line per item."""

    heading: str
    lines: tuple[Line, ...]


def lists_in(notices: list[Notice]) -> Iterator[OneList]:
    for kind in dict.fromkeys(notice.kind for notice in notices):
        if heading := list_heading(kind):
            rows = sorted((n for n in notices if n.kind == kind), key=_by_name)
            lines = [Line(str(n.about), n.url, text) for n in rows for text in n.body.splitlines()]
            yield OneList(heading, tuple(lines))


def _by_name(notice: Notice) -> tuple[str, int]:
    return notice.about.sort_name if notice.about else "", notice.pk


def subject_of(notices: list[Notice], recipient: int) -> str:
    """What a locked screen may show: of another person neither the name nor what it is about."""
    kinds = {notice.kind for notice in notices}
    if len(notices) > 1 and len(kinds) == 1 and (heading := list_heading(kinds.pop())):
        return heading
    if len(notices) > 1:
        return _("%(count)d things that need you") % {"count": len(notices)}
    notice = notices[0]
    about_another = notice.about_id is not None and notice.about_id != recipient
    return label_of(notice.kind) if about_another else notice.subject


def _more_words(more: int) -> str:
    if more <= 0:
        return ""
    text = ngettext("One more is in your inbox.", "%(count)d more are in your inbox.", more)
    return text % {"count": more}


def _why(notices: list[Notice]) -> str:
    """Why this mail came, and who else was told."""
    why = _("You get this mail because it concerns your work.")
    if len(notices) > 1:
        return why
    if notices[0].role != Notice.Role.PERSON:
        return f"{why} {notices[0].told_also}".rstrip()
    return f"{why} {notices[0].told_also or _('It was sent to you only.')}"


def mail_of(message: Message, notices: list[Notice]) -> EmailMultiAlternatives:
    subject = one_line(subject_of(notices, message.recipient_id))
    shown = notices[:MOST]
    # One notice alone is a sentence, not a list.
    lists = list(lists_in(shown)) if len(notices) > 1 else []
    context = {
        "site_url": settings.SITE_URL,
        "subject": subject,
        "is_one": len(notices) == 1,
        "lists": lists,
        "notices": [notice for notice in shown if not (lists and list_heading(notice.kind))],
        "more_words": _more_words(len(notices) - MOST),
        "open_inbox": _("Open inbox"),
        "why": _why(notices),
        "recipient": message.recipient,
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=re.sub(r"\n{3,}", "\n\n", render_to_string("emails/notices.txt", context)),
        to=[message.recipient.email or ""],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/notices.html", context), "text/html")
    return mail
