"""Files that belong to nothing are found and removed; what was removed is written down.

Two ways lead there: a staged file whose form never came (a row without a record), and a file that was
written inside a transaction that was rolled back or killed (a file without a row).
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import Storage

from portal.audit.log import record
from portal.files.models import StagedFile, StoredFile, Sweep, private_storage
from portal.files.staging import clear

log = logging.getLogger(__name__)

# More files without a row than this, and than one in ten, are no accident: the database may be another's.
SUSPICIOUS = 100
_SHOWN = 200
_ROWS = 500


def sweep(*, also_suspicious: bool = False) -> Sweep:
    """Remove what has belonged to nothing for STAGED_HOURS. Safe to run twice and to be killed.

    Where suspiciously many files have no row, they are left alone and counted, unless `also_suspicious`.
    """
    done = Sweep()
    before = done.started_at - timedelta(hours=settings.STAGED_HOURS)
    _sweep_staged(done, before)
    _sweep_storage(done, before, also_suspicious)
    done.removed = done.removed[:_SHOWN]
    done.save()
    if done.unclaimed or done.without_row or done.suspicious:
        record(
            "files.sweep.done",
            done,
            actor=None,
            unclaimed=done.unclaimed,
            without_row=done.without_row,
            suspicious=done.suspicious,
        )
    Sweep.objects.filter(pk__in=Sweep.objects.values_list("pk", flat=True)[_ROWS:]).delete()
    return done


def last_removals(count: int = 5) -> list[Sweep]:
    """The last looks that found something, newest first."""
    return list(Sweep.objects.exclude(unclaimed=0, without_row=0, suspicious=0)[:count])


def _sweep_staged(done: Sweep, before: datetime) -> None:
    old = StagedFile.objects.filter(sent_at__lt=before)
    for staged in old.filter(claimed_at=None).iterator():
        if clear(staged):
            done.unclaimed += 1
            done.removed += staged.paths
    # Their files are stored ones now.
    old.filter(claimed_at__lt=before).delete()
    # What was marked and not finished is finished.
    for staged in StagedFile.objects.exclude(cleared_at=None):
        clear(staged)


def _sweep_storage(done: Sweep, before: datetime, also_suspicious: bool) -> None:
    storage = private_storage()
    # Listed before the rows are read: what comes later has its row or is too young.
    listed = list(_listed(storage, ""))
    known = set(StagedFile.objects.values_list("path", flat=True))
    known |= set(StagedFile.objects.exclude(original={}).values_list("original__path", flat=True))
    known |= set(StoredFile.objects.values_list("content", flat=True))
    orphans = [path for path in listed if path not in known and storage.get_modified_time(path) < before]
    if len(orphans) > max(SUSPICIOUS, len(listed) // 10) and not also_suspicious:
        log.error("%d of %d private files have no row; they are left alone.", len(orphans), len(listed))
        done.suspicious = len(orphans)
        return
    for path in orphans:
        storage.delete(path)
    done.without_row = len(orphans)
    done.removed += orphans


def _listed(storage: Storage, folder: str) -> Iterator[str]:
    """Every file in the storage, by its path."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # Nothing was ever stored.
        return
    for name in files:
        yield f"{folder}/{name}" if folder else name
    for name in folders:
        yield from _listed(storage, f"{folder}/{name}" if folder else name)
