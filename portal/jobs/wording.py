"""Jobs in words: what for, how far it is, and what to do about one that failed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.jobs.models import Job
from portal.people.access.viewer import Viewer
from portal.ui.notation import amount, moment

State = Job.State
# The doorbell is rung every half minute: what waits longer than this waits for a worker that is not there.
LONG = timedelta(minutes=10)


def state_words(job: Job) -> str:
    """How far it is, in a few words."""
    match job.state:
        case State.QUEUED:
            if job.attempts:
                return _("Tried %(count)s; again from %(when)s on") % {
                    "count": _times(job.attempts),
                    "when": moment(job.not_before),
                }
            return _("Waiting")
        case State.RUNNING:
            if job.all_steps:
                steps = {"done": amount(job.done_steps), "all": amount(job.all_steps)}
                return _("Running, %(done)s of %(all)s done") % steps
            return _("Running")
        case State.DONE:
            return _outcome(job)
    return _("Failed, tried %(count)s") % {"count": _times(job.attempts)}


def _outcome(job: Job) -> str:
    """A job that ended without an error may still have refused what was asked, with its words."""
    if refused := job.result.get("refused"):
        return _("Not done: %(why)s") % {"why": refused}
    when = {"when": moment(job.finished_at)} if job.finished_at else {}
    if "skipped" in job.result:
        return _("Nothing was left to do")
    return _("Done %(when)s") % when if when else _("Done")


def _times(count: int) -> str:
    return ngettext("once", "%(count)d times", count) % {"count": count}


def what_to_do(job: Job, viewer: Viewer, now: datetime) -> str:
    """What the viewer does about a job that failed or waits too long; nothing where all goes by itself."""
    if job.state == State.FAILED:
        if viewer.has("site_admin"):
            return _("Put right what the details say, then try again. The server's log says more.")
        return _("Try again. If it fails once more, tell a site admin what the details say.")
    if job.state == State.QUEUED and not job.attempts and now - job.created_at > LONG:
        if viewer.has("site_admin"):
            return _("It waits for a worker. Look whether the workers run.")
        return _("It waits for a worker. If it still does in an hour, tell a site admin.")
    return ""
