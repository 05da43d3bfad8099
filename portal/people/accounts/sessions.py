"""Ending sessions: at once, on every device."""

from allauth.usersessions.models import UserSession

from portal.people.models import Person


def end_sessions(person: Person, *, keep: str | None = None) -> None:
    """Sign the person out everywhere, except in the session `keep`.

    Sessions that allauth has not listed end too: the password's hash is part of each.
    """
    for session in UserSession.objects.filter(user=person).exclude(session_key=keep or ""):
        session.end()
