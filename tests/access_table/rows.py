"""The rows of the access table: every address of the portal, what it is about, and who gets what there.

A word after the name of an address tells apart what it does. A row is asked by GET and by POST; a
method that it does not take is answered with 405.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.urls.resolvers import URLResolver

from portal.people.directory.kinds import CORRECTED_BY
from tests.access_table.columns import Expected, but, everybody, inside
from tests.access_table.world import World

# Values of the world that are not the subject's own records.
OF_NOBODY = frozenset(
    {
        "requirement",
        "version",
        "job",
        "edition",
        "failed",
        "failed_account_mail",
        "north",
        "course",
        "batch",
        "place",
        "clock",
    }
)


@dataclass(frozen=True)
class Row:
    """`about`: the arguments, by names of the world's values (their ids, or an attribute) or as =text.

    `post`: who may post, where they are others than those who may look.
    """

    expect: Expected
    about: str = ""
    takes: str = "get post"
    post: Expected | None = None

    def args(self, world: World) -> list[Any]:
        return [_argument(world, name) for name in self.about.split()]

    def expected(self, method: str) -> Expected:
        return self.post if method == "post" and self.post is not None else self.expect

    @property
    def is_about_subject(self) -> bool:
        """Is it the address of a record of the subject?"""
        heads = {name.partition(".")[0] for name in self.about.split() if not name.startswith("=")}
        return bool(heads - OF_NOBODY)


def _argument(world: World, name: str) -> Any:
    if name.startswith("="):
        return name[1:]
    head, _dot, attribute = name.partition(".")
    value = world.values[head]
    return value if isinstance(value, str) else getattr(value, attribute or "pk")


# ---- what a row may say -----------------------------------------------------------------------

PUBLIC = everybody("ok", gone="403")
OWN = inside("ok")
NOBODY = inside("403")
# About everybody.
LINE_HR_AUDITOR = inside("403", leads="ok", any_hr="ok", auditors="ok")
HR_AUDITOR = inside("403", any_hr="ok", auditors="ok")
HR = inside("403", any_hr="ok")
HR_FOR_ALL = inside("403", hr_for_all="ok")
KEEPERS = inside("403", keepers="ok")
AUTHORS = inside("403", authors="ok", admins="ok")
# About Dana.
DANA_ALONE = inside("404", dana="ok")
STANDING = inside("404", dana="ok", line="ok", hr="ok", auditors="ok")
LINE_HR = but(STANDING, dana="403", auditors="403")
DANA_LINE_HR = but(STANDING, auditors="403")
DANA = but(STANDING, line="403", hr="403", auditors="403")
RATER = but(DANA, dana="403", renata="ok")
HR_FOR_DANA = but(LINE_HR, line="403", hr="ok")
HR_OR_ADMIN = but(HR_FOR_DANA, admins="ok")
# Dana's account is open: a link that is shown would let HR in under her name.
ADMINS = but(HR_OR_ADMIN, hr="403")

# HR of another scope is no stranger to lists of changes, and learns of none outside of it.
HR_FOR_DANA_LIST = but(HR, south_hr="404")
# What is done with each kind of fact on Dana's page.
FACTS = {
    "employment": Row(HR_FOR_DANA, "person =employment employment"),
    "position": Row(HR_FOR_DANA, "person =position position"),
    "absence": Row(HR_FOR_DANA, "person =absence absence"),
    "patientworkremoval": Row(LINE_HR, "person =patientworkremoval removal"),
    "delegation": Row(but(HR_FOR_DANA, dana="ok"), "person =delegation delegation"),
    "rolegrant": Row(but(HR_FOR_DANA, north_hr="403", state_hr="403", admins="ok"), "person =rolegrant role"),
    "personname": Row(HR_FOR_DANA, "person =personname name"),
    "personprofession": Row(HR_FOR_DANA, "person =personprofession profession"),
    "homestate": Row(HR_FOR_DANA, "person =homestate home_state"),
    "personidentifier": Row(HR_FOR_DANA, "person =personidentifier identifier"),
    # The lead of a top team, which HR of a scope has no say in.
    "teamlead": Row(but(HR_FOR_DANA, north_hr="403", state_hr="403"), "person =teamlead lead"),
}

TABLE: dict[str, Row] = {
    "healthz": Row(everybody("ok")),
    "readyz": Row(everybody("503")),
    "open_by_code": Row(PUBLIC),
    "open_account": Row(everybody("404", gone="403"), "=nosuchsecret"),
    "send_again": Row(OWN),
    "session": Row(PUBLIC),
    "signed_in": Row(OWN),
    "theme": Row(PUBLIC, takes="post"),
    "style_guide": Row(everybody("403", admins="ok")),
    "home": Row(OWN, takes="get"),
    "my_work": Row(OWN, takes="get"),
    "team_board": Row(LINE_HR_AUDITOR, takes="get"),
    "team_board_csv": Row(LINE_HR_AUDITOR, takes="get"),
    "team_board_xlsx": Row(LINE_HR_AUDITOR, takes="get"),
    "compliance": Row(HR_AUDITOR, takes="get"),
    "compliance_items": Row(HR_AUDITOR, takes="get"),
    "compliance_items_csv": Row(HR_AUDITOR, takes="get"),
    "compliance_items_xlsx": Row(HR_AUDITOR, takes="get"),
    "not_cleared": Row(LINE_HR_AUDITOR, takes="get"),
    "not_cleared_csv": Row(LINE_HR_AUDITOR, takes="get"),
    "not_cleared_xlsx": Row(LINE_HR_AUDITOR, takes="get"),
    "people:list": Row(OWN, takes="get"),
    "people:teams": Row(OWN, takes="get"),
    "people:add_team": Row(HR_FOR_ALL),
    "people:team_lead": Row(but(HR_FOR_ALL, north_hr="ok"), "north"),
    "people:add": Row(HR),
    "people:detail": Row(OWN, "person", "get"),
    "people:act hire": Row(HR_FOR_DANA, "person =hire"),
    "people:act end": Row(HR_FOR_DANA, "person =end"),
    "people:act position": Row(HR_FOR_DANA, "person =position"),
    "people:act absence": Row(LINE_HR, "person =absence"),
    "people:act removal": Row(LINE_HR, "person =removal"),
    "people:act delegation": Row(but(HR_FOR_DANA, dana="ok"), "person =delegation"),
    "people:act name": Row(HR_FOR_DANA, "person =name"),
    "people:act profession": Row(HR_FOR_DANA, "person =profession"),
    "people:act home-state": Row(HR_FOR_DANA, "person =home-state"),
    "people:act email": Row(HR_OR_ADMIN, "person =email"),
    "people:act role": Row(HR_OR_ADMIN, "person =role"),
    "people:act nothing": Row(inside("404"), "person =nothing"),
    "people:invite link": Row(ADMINS, "person =link", "post"),
    "people:invite mail": Row(HR_OR_ADMIN, "person =mail", "post"),
    "people:invite paper": Row(ADMINS, "person =paper", "post"),
    "people:mail_invitation": Row(HR_OR_ADMIN, "person invitation", "post"),
    "people:close": Row(HR_FOR_DANA, "person", "post"),
    **{f"people:withdraw_fact {kind}": row for kind, row in FACTS.items()},
    **{f"people:end_fact {kind}": row for kind, row in FACTS.items()},
    **{f"people:correct_fact {kind}": row for kind, row in FACTS.items() if kind in CORRECTED_BY},
    "people:changes": Row(HR, takes="get"),
    "people:change": Row(HR_FOR_DANA_LIST, "change"),
    "people:doing": Row(HR_FOR_DANA_LIST, "change", "get"),
    "people:batches": Row(but(HR, north_hr="404", state_hr="404", south_hr="404"), takes="get"),
    "people:batch": Row(but(HR, north_hr="404", state_hr="404", south_hr="404"), "batch"),
    "people:team": Row(but(HR_FOR_ALL, north_hr="ok"), "north", "get"),
    "people:move_team": Row(HR_FOR_ALL, "north"),
    "people:withdraw_place": Row(HR_FOR_ALL, "place"),
    "people:absence_kinds": Row(HR_FOR_ALL, takes="get"),
    "people:absence_kind": Row(HR_FOR_ALL, "=other"),
    "people:add_absence_kind": Row(HR_FOR_ALL),
    "people:withdraw_clock": Row(HR_FOR_ALL, "clock"),
    "notices:inbox": Row(OWN, takes="get"),
    "notices:read_all": Row(OWN, takes="post"),
    "notices:open": Row(DANA_ALONE, "notice", "post"),
    "notices:to_pass_on": Row(OWN, takes="get"),
    "notices:pass_on": Row(inside("404", renata="ok"), "message", "post"),
    "notices:delivery": Row(but(HR_AUDITOR, admins="ok"), takes="get"),
    "notices:change_mode": Row(but(KEEPERS, keepers="404"), takes="post"),
    "notices:again": Row(
        but(HR_FOR_ALL, north_hr="ok", state_hr="ok", south_hr="404", admins="ok"), "failed", "post"
    ),
    "notices:account_mail_again": Row(KEEPERS, "failed_account_mail", "post"),
    "files:stage": Row(OWN, takes="post"),
    "jobs:list": Row(but(HR, admins="ok"), takes="get"),
    "jobs:progress": Row(inside("404", keepers="ok"), "job", "get"),
    "jobs:again": Row(but(KEEPERS, north_hr="404", state_hr="404", south_hr="404"), "job", "post"),
    "standing:mine": Row(OWN, takes="get"),
    "standing:requirements": Row(but(LINE_HR_AUDITOR, ilse="ok"), takes="get"),
    "standing:requirement": Row(but(LINE_HR_AUDITOR, ilse="ok"), "requirement.code", "get"),
    "standing:requirement_change": Row(KEEPERS, "requirement.code"),
    "standing:take_back_version": Row(KEEPERS, "requirement.code version"),
    "standing:person": Row(STANDING, "person", "get"),
    "standing:item": Row(STANDING, "person requirement.code", "get"),
    "standing:waive": Row(HR_FOR_DANA, "person requirement.code"),
    "standing:extend": Row(HR_FOR_DANA, "person requirement.code"),
    "standing:withdraw": Row(HR_FOR_DANA, "=waiver waiver"),
    "certifications:mine": Row(OWN, takes="get"),
    "certifications:add": Row(OWN),
    "certifications:queue": Row(HR_AUDITOR, takes="get"),
    "certifications:verify": Row(HR_FOR_DANA, "period"),
    "certifications:add_for": Row(DANA_LINE_HR, "person"),
    "certifications:add_verified": Row(HR_FOR_DANA, "person"),
    "certifications:detail": Row(STANDING, "period.credential_id", "get"),
    "certifications:renew": Row(DANA_LINE_HR, "period.credential_id"),
    "certifications:withdraw": Row(HR_FOR_DANA, "period.credential_id"),
    "training:mine": Row(OWN, takes="get"),
    "documents:ask": Row(PUBLIC, takes="get"),
    "documents:check": Row(PUBLIC, "certificate.code", "get"),
    "training:old_verify_form": Row(everybody("301", gone="403")),
    "training:old_verify": Row(everybody("301", gone="403"), "certificate.code"),
    "training:start": Row(but(OWN, ada="403"), "=handover", "post"),
    "training:attempt": Row(DANA_ALONE, "attempt", "get"),
    "training:start_over": Row(DANA_ALONE, "attempt", "post"),
    "training:lesson": Row(DANA_ALONE, "attempt lesson", "get"),
    "training:lesson_finish": Row(DANA_ALONE, "attempt lesson", "post"),
    "training:lesson_position": Row(DANA_ALONE, "attempt lesson", "post"),
    "training:completed": Row(DANA_ALONE, "done", "get"),
    "training:assessment": Row(DANA_ALONE, "open_exam.attempt_id", "get"),
    "training:assessment_begin": Row(DANA_ALONE, "open_exam.attempt_id", "post"),
    "training:question": Row(DANA_ALONE, "open_exam.attempt_id open_exam.number =1"),
    "training:review": Row(DANA_ALONE, "open_exam.attempt_id open_exam.number", "get"),
    "training:submit": Row(DANA_ALONE, "open_exam.attempt_id open_exam.number", "post"),
    "training:result": Row(DANA_ALONE, "sat.attempt_id sat.number", "get"),
    "training:revoke": Row(but(HR_FOR_DANA, auditor_author="ok"), "certificate"),
    "training:editions": Row(inside("403", any_hr="ok", auditors="ok", authors="ok"), takes="get"),
    "training:edition": Row(
        inside("403", any_hr="ok", auditors="ok", authors="ok"), "=handover edition.number", "get"
    ),
    "training:release": Row(AUTHORS, "=handover"),
    "training:withdraw": Row(AUTHORS, "=handover edition.number"),
    "training:tries": Row(LINE_HR, "open_exam.attempt_id"),
    "evaluations:list": Row(OWN, takes="get"),
    "evaluations:launch": Row(inside("403", leads="ok", any_hr="ok")),
    "evaluations:old_verify": Row(everybody("301", gone="403"), "=NOSUCHCODE"),
    "evaluations:detail": Row(STANDING, "evaluation.code", "get"),
    "evaluations:save": Row(STANDING, "evaluation.code", post=but(DANA, renata="ok")),
    "evaluations:move submit_self": Row(STANDING, "evaluation.code =submit_self", post=DANA),
    "evaluations:move skip_self": Row(
        STANDING, "evaluation.code =skip_self", post=but(HR_FOR_DANA, renata="ok")
    ),
    "evaluations:move share": Row(STANDING, "evaluation.code =share", post=RATER),
    "evaluations:move acknowledge": Row(STANDING, "evaluation.code =acknowledge", post=DANA),
    "evaluations:move record_refusal": Row(STANDING, "evaluation.code =record_refusal", post=HR_FOR_DANA),
    "evaluations:move reassign": Row(STANDING, "evaluation.code =reassign", post=HR_FOR_DANA),
    "evaluations:move record_gone": Row(STANDING, "evaluation.code =record_gone", post=HR_FOR_DANA),
    "evaluations:move recall": Row(STANDING, "evaluation.code =recall", post=RATER),
    "evaluations:move correct": Row(STANDING, "evaluation.code =correct", post=HR_FOR_DANA),
    "evaluations:move leave_closed": Row(STANDING, "evaluation.code =leave_closed", post=HR_FOR_DANA),
    "evaluations:confirm": Row(RATER, "evaluation.code =share", "get"),
    "evaluations:move cancel": Row(STANDING, "evaluation.code =cancel", post=HR_FOR_DANA),
    "evaluations:move reopen": Row(STANDING, "evaluation.code =reopen", post=HR_FOR_DANA),
    "content_file": Row(inside("404"), "=nothing.png", "get"),
}

# allauth's pages and the back office have tables of their own; so have stored files.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "wagtail")
OF_THEIR_OWN = frozenset({"files:download"})


def addresses(resolver: Any, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every address, Wagtail's and allauth's too: its name and its pattern."""
    for pattern in resolver.url_patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from addresses(pattern, inner, text)
        else:
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), text


def path_of(name: str, world: World) -> str:
    """The path of a row in this world."""
    return reverse(name.split()[0], args=TABLE[name].args(world))


def group_of(name: str) -> str:
    return name.partition(":")[0] if ":" in name else "home"


def groups() -> list[str]:
    return sorted({group_of(name) for name in TABLE})


def rows_of(group: str) -> Iterator[tuple[str, Row]]:
    return ((name, row) for name, row in TABLE.items() if group_of(name) == group)
