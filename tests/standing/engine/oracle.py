"""Standing worked out the slow way: every day by itself, from the JSON form, sharing no code.

It walks where the product calculates, so that the two can be tried against each other.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any

type Case = dict[str, Any]
type Answer = list[list[str | None]]

ONE_DAY = timedelta(1)
LEVELS = ["claimed", "seen", "verified"]


def oracle(case: Case) -> Answer:
    return _Slow(case).spans()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _plus(start: date, months: int, days: int = 0) -> date:
    """Month by month to the right month, then back from the 31st to a day that exists."""
    year, month = start.year, start.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    number = start.day
    while True:
        try:
            return date(year, month, number) + timedelta(days)
        except ValueError:
            number -= 1


def _offset(start: date, offset: dict[str, int]) -> date:
    return _plus(start, offset.get("months", 0), offset.get("days", 0))


def _is_last_of_month(day: date) -> bool:
    return (day + ONE_DAY).month != day.month


def _to_month_end(day: date) -> date:
    while not _is_last_of_month(day):
        day += ONE_DAY
    return day


def _dates_in(value: Any) -> list[date]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [day for part in value for day in _dates_in(part)]
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return [_day(value)]
    return []


class _Slow:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.bridge = case["requirement"]["bridge_days"]
        self.versions = case["requirement"]["versions"]
        self.horizon = self._horizon()
        self.voided = self._voided()
        self.standing = self._standing()
        employed = self._days("employments")
        required = self._days("required")
        self.employed = employed
        self.presence = sorted(day for day in required & employed if self._version_index(day) is not None)
        self.chain_starts = self._chain_starts()
        self.waived = self._days("waivers")
        self.away = self._days("absences")
        self.extended = self._days("extensions")
        self.leaves = self._leaves()

    def _horizon(self) -> date:
        """A day by which nothing can change any more."""
        longest = max(v["recurrence"].get("months", 12) for v in self.versions)
        rows = len(self.case["evidence"]) + 1
        slack = max(
            31 * v["grace"].get("months", 0)
            + v["grace"].get("days", 0)
            + 31 * v["due"]["offset"].get("months", 0)
            + v["due"]["offset"].get("days", 0)
            + v["notice_days"]
            for v in self.versions
        )
        returns = max(v["return_notice_days"] for v in self.versions)
        leaves = len(self.case["absences"]) + 1
        days = 31 * longest * rows + 800 + slack + returns * leaves
        return max(_dates_in(self.case)) + timedelta(days)

    def _days(self, key: str) -> set[date]:
        days = set()
        for start, until in self.case[key]:
            day = _day(start)
            while day < (_day(until) if until else self.horizon):
                days.add(day)
                day += ONE_DAY
        return days

    def _leaves(self) -> list[tuple[date, date]]:
        """First and last days of unbroken absences; those that run to the horizon never end."""
        leaves = []
        for day in sorted(self.away):
            if day - ONE_DAY not in self.away:
                last = day
                while last + ONE_DAY in self.away:
                    last += ONE_DAY
                if last + ONE_DAY < self.horizon:
                    leaves.append((day, last))
        return leaves

    def _version_index(self, day: date) -> int | None:
        for index, version in enumerate(self.versions):
            until = version["until"]
            if _day(version["from"]) <= day and (until is None or day < _day(until)):
                return index
        return None

    # What stands

    def _voided(self) -> set[int]:
        rows = self.case["evidence"]
        voided = set()
        for number, row in enumerate(rows):
            for earlier in range(number):
                if row.get("voids") == rows[earlier]["id"] and "voids" not in rows[earlier]:
                    voided.add(earlier)
        return voided

    def _standing(self) -> list[tuple[int, Case]]:
        pieces = [
            (number, row)
            for number, row in enumerate(self.case["evidence"])
            if "subject" in row and number not in self.voided
        ]

        def outdone(number: int, row: Case) -> bool:
            return any(
                (LEVELS.index(other["level"]), other_number) > (LEVELS.index(row["level"]), number)
                for other_number, other in pieces
                if other["subject"] == row["subject"]
            )

        return [(number, row) for number, row in pieces if not outdone(number, row)]

    def _stated_ends(self, row: Case) -> list[date]:
        ends = [
            _day(ending["last_good_day"])
            for number, ending in enumerate(self.case["evidence"])
            if ending.get("ends") == row["id"] and number not in self.voided
        ]
        if row["valid_until"] not in (None, "never"):
            ends.append(_day(row["valid_until"]))
        return ends

    # Chains

    def _chain_starts(self) -> dict[date, date]:
        starts: dict[date, date] = {}
        before: date | None = None
        for day in self.presence:
            days_between = (day - before).days - 1 if before else None
            if before and days_between is not None and days_between <= self.bridge:
                starts[day] = starts[before]
            else:
                starts[day] = day
            before = day
        return starts

    def _hire_day(self, chain_start: date) -> date:
        day = chain_start
        while day - ONE_DAY in self.employed:
            day -= ONE_DAY
        return day

    # Due

    @cache  # noqa: B019 - lives as long as its case
    def _first_due(self, index: int, chain_start: date) -> date:
        version = self.versions[index]
        start = _day(version["from"])
        if chain_start < start:
            before = max(day for day in self.presence if day < start)
            if self._was_late(before, chain_start):
                return start - ONE_DAY
        due = version["due"]
        anchor = {
            "hire": self._hire_day(chain_start),
            "presence_start": chain_start,
            "requirement_start": _day(self.versions[0]["from"]),
            "fixed_date": _day(due["date"]) if due.get("date") else start,
        }[due["anchor"]]
        notice = max(chain_start, start) - ONE_DAY + timedelta(version["notice_days"])
        return max(_offset(anchor, due["offset"]), notice)

    def _was_late(self, day: date, chain_start: date) -> bool:
        index = self._version_index(day)
        assert index is not None
        covered = any(
            enough and effective <= day and (last is None or day <= last)
            for enough, effective, last, _, _ in self._good(index, chain_start)
        )
        past = self._last_past(index, chain_start, day)
        in_grace = past is not None and day <= _offset(past, self.versions[index]["grace"])
        return not covered and day > self._first_due(index, chain_start) and not in_grace

    def _last_past(self, index: int, chain_start: date, day: date) -> date | None:
        lasts = [
            last
            for enough, _, last, _, _ in self._good(index, chain_start)
            if enough and last is not None and last < day
        ]
        return max(lasts) if lasts else None

    # Pieces

    @cache  # noqa: B019
    def _good(self, index: int, chain_start: date) -> list[tuple[bool, date, date | None, int, str]]:
        """(enough, effective, last good day or None, order, id) of all that exists and is good."""
        found = []
        for number, row in self.standing:
            if not self._exists(row, index, chain_start):
                continue
            last = self._last(row, index, chain_start)
            effective = _day(row["effective_on"])
            if last is None or last >= effective:
                found.append((self._enough(row, index), effective, last, number, row["id"]))
        return found

    def _enough(self, row: Case, index: int) -> bool:
        version = self.versions[index]
        if LEVELS.index(row["level"]) < LEVELS.index(version["level"]):
            return False
        unstated = version["recurrence"]["kind"] == "own_validity" and row["valid_until"] is None
        return not unstated or version["level"] == "claimed"

    @cache  # noqa: B019
    def _exists_number(self, number: int, index: int, chain_start: date) -> bool:
        row = self.case["evidence"][number]
        version = self.versions[index]
        effective = _day(row["effective_on"])
        rule = version["counts_from"]
        if rule and rule["kind"] == "hire":
            earliest = self._hire_day(chain_start) - timedelta(rule["days_before"])
            if effective < earliest:
                return False
        if not row.get("renewal_only"):
            return True
        for _, other in self.standing:
            started = _day(other["effective_on"])
            if started >= effective or not self._enough(other, index):
                continue
            if not self._exists(other, index, chain_start):
                continue
            last = self._last(other, index, chain_start)
            if last is None:
                return True
            if last >= started and _offset(last, version["grace"]) >= effective:
                return True
        return False

    def _exists(self, row: Case, index: int, chain_start: date) -> bool:
        return self._exists_number(self.case["evidence"].index(row), index, chain_start)

    def _last(self, row: Case, index: int, chain_start: date) -> date | None:
        """The last good day after every cap; None is never."""
        ends = self._stated_ends(row)
        by_rule = self._by_rule(row, index, chain_start)
        if by_rule is not None:
            ends.append(by_rule)
        rule = self.versions[index]["counts_from"]
        dated = rule and (
            (rule["kind"] == "date" and row["effective_on"] < rule["date"])
            or (rule["kind"] == "edition" and (row.get("edition") or 0) < rule["edition"])
        )
        if dated:
            ends.append(self._first_due(index, chain_start))
        return min(ends) if ends else None

    def _by_rule(self, row: Case, index: int, chain_start: date) -> date | None:
        version = self.versions[index]
        rule = version["recurrence"]
        done = _day(row["effective_on"])
        if rule["kind"] == "every_months":
            number = self.case["evidence"].index(row)
            return max(
                self._term_end(origin, cycles, rule)
                for origin, cycles in self._terms(number, index, chain_start)
            )
        if rule["kind"] == "each_year":
            return self._end_of_year_after(done, rule["start_month"])
        if rule["kind"] == "fixed_day":
            return self._next(done, version["window_days"], rule["month"], rule["day"], False)
        if rule["kind"] == "hire_anniversary":
            hired = self._hire_day(chain_start)
            rounded = rule.get("round") == "month_end"
            return self._next(done, version["window_days"], hired.month, hired.day, rounded)
        return None

    def _term_end(self, origin: date, cycles: int, rule: Case) -> date:
        end = _plus(origin, rule["months"] * cycles)
        return _to_month_end(end) if rule.get("round") == "month_end" else end

    @cache  # noqa: B019
    def _terms(self, number: int, index: int, chain_start: date) -> set[tuple[date, int]]:
        """(origin, cycles) of the piece's own term and of all that it prolongs."""
        row = self.case["evidence"][number]
        version = self.versions[index]
        done = _day(row["effective_on"])
        terms = {(done, 1)}
        if version["early_renewal_counts_from"] != "expiry":
            return terms
        for other_number, other in self.standing:
            if _day(other["effective_on"]) >= done or not self._enough(other, index):
                continue
            if not self._exists(other, index, chain_start):
                continue
            for origin, cycles in self._terms(other_number, index, chain_start):
                end = min(self._stated_ends(other) + [self._term_end(origin, cycles, version["recurrence"])])
                if end - timedelta(version["window_days"]) <= done <= end:
                    terms.add((origin, cycles + 1))
        return terms

    def _end_of_year_after(self, done: date, start_month: int) -> date:
        day, ends = done, 0
        while True:
            if (day + ONE_DAY).day == 1 and (day + ONE_DAY).month == start_month:
                ends += 1
                if ends == 2:
                    return day
            day += ONE_DAY

    def _next(self, done: date, window: int, month: int, number: int, rounded: bool) -> date:
        def is_it(day: date) -> bool:
            if day.month != month:
                return False
            last = _is_last_of_month(day)
            return last if rounded else day.day == number or (last and day.day < number)

        first = done
        while not is_it(first):
            first += ONE_DAY
        if window > 0 and (first - done).days <= window:
            first += ONE_DAY
            while not is_it(first):
                first += ONE_DAY
        return first

    # Days and spans

    def _state(self, day: date) -> tuple[str, str | None]:
        index, chain_start = self._version_index(day), self.chain_starts[day]
        assert index is not None
        version = self.versions[index]
        covering = [
            piece
            for piece in self._good(index, chain_start)
            if piece[1] <= day and (piece[2] is None or day <= piece[2])
        ]
        for enough, word in ((True, "met"), (False, "reported")):
            candidates = [piece for piece in covering if piece[0] is enough]
            if candidates:
                longest = max(candidates, key=lambda p: (p[2] or date.max, p[1], p[3]))
                return word, longest[4]
        if day in self.waived:
            return "waived", None
        if day in self.away:
            return "paused", None
        if day in self.extended:
            return "pending", None
        past = self._last_past(index, chain_start, day)
        allowed = self._first_due(index, chain_start)
        if past is not None and past > allowed:
            allowed = past
        for first, last in self.leaves:
            if first <= allowed + ONE_DAY:
                allowed = max(allowed, last + timedelta(version["return_notice_days"]))
        if day <= allowed:
            return "pending", None
        if past is not None and day <= _offset(past, version["grace"]):
            return "grace", None
        return "overdue", None

    def spans(self) -> Answer:
        answer: Answer = []
        for day in self.presence:
            word, because = self._state(day)
            last = answer[-1] if answer else None
            if last and last[1] == day.isoformat() and last[2:] == [word, because]:
                last[1] = (day + ONE_DAY).isoformat()
            else:
                answer.append([day.isoformat(), (day + ONE_DAY).isoformat(), word, because])
        if answer and answer[-1][1] == self.horizon.isoformat():
            answer[-1][1] = None
        return answer
