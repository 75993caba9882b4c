"""What an import would do: the rows of a file against the people there are. No database, no clock, no writes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from network.models import Person
from network.people_import.directory import Directory, KnownPerson, UnitNotFoundError
from network.people_import.reading import Column, Row, Table

Node = int | str  # somebody after the import: a known person by key, a new one by e-mail

SENIORITIES = ("1", "2", "3", "4", "5")
CIRCLE_NAMES_SHOWN = 5
LONGEST = {
    Column.EMPLOYEE_NUMBER: "employee_number",
    Column.NAME: "first_name",
    Column.EMAIL: "email",
    Column.JOB_TITLE: "job_title",
    Column.WORKPLACE: "workplace",
    Column.PHONE: "phone",
}
MAX_LENGTHS: dict[Column, int] = {
    column: Person._meta.get_field(name).max_length  # type: ignore[union-attr,misc]
    for column, name in LONGEST.items()
}


@dataclass(frozen=True, slots=True)
class Options:
    """`by` is who imports; nobody, when it is the command on the server, may do everything."""

    skip_bad: bool = False
    deactivate_absent: bool = False
    by: int | None = None
    may_change_administrators: bool = True


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a row. `column` is its heading, or empty when it concerns the whole row."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    column: Column
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person to create (`pk` is None) or to change. `values` are model fields; of a change, those that differ."""

    line: int
    pk: int | None
    name: str
    email: str
    values: dict[str, Any]
    changes: tuple[Change, ...]
    sets_line_manager: bool
    line_manager: Node | None

    @property
    def returns(self) -> bool:
        return self.pk is not None and "is_active" in self.values


@dataclass(frozen=True)
class Plan:
    rows: int
    created: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: int
    absent: tuple[KnownPerson, ...]
    deactivated: tuple[KnownPerson, ...]
    spared: int  # people who would be deactivated if no row were bad
    problems: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    skip_bad: bool

    @property
    def is_refused(self) -> bool:
        return bool(self.problems) and not self.skip_bad

    @property
    def changes_something(self) -> bool:
        return bool(self.created or self.changed or self.deactivated)

    @cached_property
    def bad_lines(self) -> int:
        return len({problem.line for problem in self.problems})

    @cached_property
    def digest(self) -> str:
        """The same for two plans exactly when both do the same to the same people."""
        digest = sha256(json.dumps([self.is_refused, [person.pk for person in self.deactivated]]).encode())
        for entry in (*self.created, *self.changed):
            before = [change.before for change in entry.changes]
            facts = [entry.pk, entry.values, entry.sets_line_manager, entry.line_manager, before]
            digest.update(json.dumps(facts, sort_keys=True).encode())
        return digest.hexdigest()


@dataclass(slots=True, eq=False)
class _Draft:
    """A row whose cells have been read. None says that the file is silent, so that what is known stays."""

    row: Row
    unit: int | None = None
    number: str | None = None
    seniority: int | None = None
    person: KnownPerson | None = None
    problems: list[Remark] = field(default_factory=list)

    @property
    def email(self) -> str:
        return self.row.cells[Column.EMAIL].lower()

    @property
    def name(self) -> str:
        return self.row.cells[Column.NAME]

    @property
    def manager_email(self) -> str:
        return self.row.cells.get(Column.LINE_MANAGER, "").lower()

    @property
    def node(self) -> Node:
        return self.person.pk if self.person else self.email

    def blame(self, column: str, text: str) -> None:
        self.problems.append(Remark(self.row.line, column, text))


def plan_import(table: Table, directory: Directory, options: Options) -> Plan:
    """Compare the file with the people there are. Every bad row is named with every reason."""
    return _Planner(table, directory, options).plan()


class _Planner:
    def __init__(self, table: Table, directory: Directory, options: Options) -> None:
        self.table = table
        self.directory = directory
        self.options = options
        self.drafts = [_Draft(row) for row in table.rows]
        self.remarks: list[Remark] = []

    def plan(self) -> Plan:
        for draft in self.drafts:
            self._read_cells(draft)
        self._refuse_duplicates(Column.EMAIL, lambda draft: draft.email)
        self._refuse_duplicates(Column.EMPLOYEE_NUMBER, lambda draft: draft.number or "")
        self._match()
        self.by_email = {draft.email: draft for draft in self.drafts if not draft.problems}
        self.by_person = {draft.person.pk: draft for draft in self.by_email.values() if draft.person}
        self.absent = tuple(self._absent())
        self.leaving = self._leaving()
        self._refuse_broken_ties()
        return self._result()

    # One row at a time

    def _read_cells(self, draft: _Draft) -> None:
        row = draft.row
        if row.cpr_in:
            # Nothing else is said about such a row, so that no message can repeat a part of the number.
            for heading in row.cpr_in:
                draft.blame(heading, _("There is a CPR number here. Remove it; it must not be stored."))
            return
        if row.is_too_long:
            draft.blame("", _("The row has more cells than there are headings."))
        for column, longest in MAX_LENGTHS.items():
            if len(row.cells.get(column, "")) > longest:
                draft.blame(column, _("The text is longer than %(longest)s characters.") % {"longest": longest})
        if not draft.name:
            draft.blame(Column.NAME, _("The name is missing."))
        self._read_email(draft)
        self._read_unit(draft)
        self._read_seniority(draft)
        draft.number = row.cells.get(Column.EMPLOYEE_NUMBER) or None

    def _read_email(self, draft: _Draft) -> None:
        if not draft.email:
            draft.blame(Column.EMAIL, _("The e-mail is missing."))
            return
        try:
            validate_email(draft.email)
        except ValidationError:
            draft.blame(Column.EMAIL, _("“%(email)s” is not an e-mail address.") % {"email": draft.email})

    def _read_unit(self, draft: _Draft) -> None:
        words = draft.row.cells[Column.UNIT]
        if not words:
            draft.blame(Column.UNIT, _("The unit is missing."))
            return
        try:
            named, today = self.directory.find_unit(words)
        except UnitNotFoundError as error:
            draft.blame(Column.UNIT, str(error))
            return
        draft.unit = today.pk
        if named != today:
            text = _("“%(unit)s” has been merged into “%(into)s”. The person is put there.")
            self.remarks.append(Remark(draft.row.line, Column.UNIT, text % {"unit": named.name, "into": today.name}))

    def _read_seniority(self, draft: _Draft) -> None:
        seniority = draft.row.cells.get(Column.SENIORITY)
        if seniority in SENIORITIES:
            draft.seniority = int(seniority)
        elif seniority:
            draft.blame(
                Column.SENIORITY,
                _("“%(seniority)s” is not one of the levels 1, 2, 3, 4 and 5.") % {"seniority": seniority},
            )

    # Rows against each other and against those we know

    def _refuse_duplicates(self, column: Column, key: Callable[[_Draft], str]) -> None:
        alike: dict[str, list[_Draft]] = defaultdict(list)
        for draft in self.drafts:
            if key(draft):
                alike[key(draft)].append(draft)
        for value, drafts in alike.items():
            if len(drafts) == 1:
                continue
            first, second = drafts[:2]
            for draft in drafts:
                other = second if draft is first else first
                draft.blame(
                    column, _("“%(value)s” is also on line %(line)s.") % {"value": value, "line": other.row.line}
                )

    def _match(self) -> None:
        """Know people by employee number, else by e-mail: bad rows too, so that nobody is called absent for a typo."""
        taken = set()
        for draft in self.drafts:
            draft.person = self.directory.by_number.get(draft.number or "")
            taken.add(draft.person.pk if draft.person else None)
        for draft in self.drafts:
            found = self.directory.by_email.get(draft.email)
            if draft.person is None and found and found.pk not in taken:
                draft.person = found
            self._refuse_protected(draft)

    def _refuse_protected(self, draft: _Draft) -> None:
        person = draft.person
        if person is None:
            return
        if person.is_external:
            draft.blame(
                "", _("%(name)s is an external observer here. Change that under People first.") % {"name": person.name}
            )
        changes_sign_in = not person.is_active or person.email.lower() != draft.email
        if person.is_superuser and changes_sign_in and not self.options.may_change_administrators:
            draft.blame(
                Column.EMAIL,
                _("%(name)s is an administrator, whose sign-in only another administrator can change.")
                % {"name": person.name},
            )

    def _absent(self) -> Iterator[KnownPerson]:
        present = {draft.person.pk for draft in self.drafts if draft.person}
        return (person for person in self.directory.people if person.is_employed and person.pk not in present)

    def _leaving(self) -> tuple[KnownPerson, ...]:
        if not self.options.deactivate_absent:
            return ()
        return tuple(
            person
            for person in self.absent
            if person.employee_number and not person.is_superuser and person.pk != self.options.by
        )

    # Ties between rows: an e-mail that is handed on, a leader. One bad row can take others with it.

    def _refuse_broken_ties(self) -> None:
        """Go on until no row leans on a bad one and nobody leads in a circle."""
        leaning: dict[str, list[_Draft]] = defaultdict(list)
        for draft in self.by_email.values():
            leaning[draft.manager_email].append(draft)
        self._leaving_pks = {person.pk for person in self.leaving}
        suspects: list[_Draft] = list(self.by_email.values())
        in_circle: list[_Draft] = []
        while suspects or (in_circle := self._refuse_circles()):
            for draft in in_circle:
                suspects += self._leaning_on(draft, leaning)
            in_circle = []
            while suspects:
                draft = suspects.pop()
                if not draft.problems and self._refuse_tie(draft):
                    suspects += self._leaning_on(draft, leaning)

    def _leaning_on(self, draft: _Draft, leaning: dict[str, list[_Draft]]) -> list[_Draft]:
        emails = {draft.email, draft.person.email.lower()} if draft.person else {draft.email}
        return [other for email in emails for other in (*leaning[email], *filter(None, [self.by_email.get(email)]))]

    def _refuse_tie(self, draft: _Draft) -> bool:
        """Blame the draft for an e-mail or a leader that cannot stand; tell whether it was."""
        holder = self.directory.by_email.get(draft.email)
        if holder and holder.pk != draft.node and self._good_row_of(holder.pk) is None:
            draft.blame(
                Column.EMAIL,
                _("“%(email)s” already belongs to %(name)s, who has another employee number.")
                % {"email": draft.email, "name": holder.name},
            )
        elif draft.manager_email and (reason := self._why_no_leader(draft)):
            draft.blame(Column.LINE_MANAGER, reason)
        return bool(draft.problems)

    def _good_row_of(self, pk: int) -> _Draft | None:
        draft = self.by_person.get(pk)
        return draft if draft and not draft.problems else None

    def _why_no_leader(self, draft: _Draft) -> str:
        words = {"email": draft.manager_email}
        node = self._node_of(draft.manager_email)
        if node is None:
            row = next((other for other in self.drafts_by_any_email.get(draft.manager_email, [])), None)
            if row:
                return _("The leader “%(email)s” is on line %(line)s, which cannot be used.") % {
                    **words,
                    "line": row.row.line,
                }
            return _("Nobody has the e-mail “%(email)s”, neither in the file nor here.") % words
        if node == draft.node:
            return _("The person is named as their own leader.")
        leader = self.directory.by_pk.get(node) if isinstance(node, int) else None
        if leader and self._good_row_of(leader.pk) is None:
            if not leader.is_employed:
                return _("“%(email)s” is not an active employee any more.") % words
            if leader.pk in self._leaving_pks:
                return _("“%(email)s” is not in the file, and would be deactivated.") % words
        return ""

    @cached_property
    def drafts_by_any_email(self) -> dict[str, list[_Draft]]:
        rows: dict[str, list[_Draft]] = defaultdict(list)
        for draft in self.drafts:
            rows[draft.email].append(draft)
        return rows

    def _node_of(self, email: str) -> Node | None:
        """Who has this e-mail: somebody in a row that can be used, else somebody that we know."""
        draft = self.by_email.get(email)
        if draft and not draft.problems:
            return draft.node
        known = self.directory.by_email.get(email)
        return known.pk if known else None

    def _leader_after(self, node: Node) -> Node | None:
        """Who leads `node` once the import is done."""
        draft = self._good_row_of(node) if isinstance(node, int) else self.by_email[node]
        if draft and Column.LINE_MANAGER in draft.row.cells:
            return self._node_of(draft.manager_email) if draft.manager_email else None
        known = self.directory.by_pk.get(node) if isinstance(node, int) else None
        return known.line_manager if known else None

    def _refuse_circles(self) -> list[_Draft]:
        """Blame every row that stands in a circle of leaders."""
        rows = {draft.node: draft for draft in self.by_email.values() if not draft.problems}
        blamed: list[_Draft] = []
        seen: set[Node] = set()
        for start in rows:
            path: dict[Node, int] = {}
            node: Node | None = start
            while node is not None and node not in seen:
                seen.add(node)
                path[node] = len(path)
                node = self._leader_after(node)
            if node in path:
                circle = list(path)[path[node] :]
                blamed += [rows[member] for member in circle if member in rows]
                self._blame_circle(circle, rows)
        return blamed

    def _blame_circle(self, circle: list[Node], rows: dict[Node, _Draft]) -> None:
        names = [rows[node].name if node in rows else self.directory.by_pk[int(node)].name for node in circle]
        shown = names[:CIRCLE_NAMES_SHOWN] + ["…"] * (len(names) > CIRCLE_NAMES_SHOWN) + names[:1]
        for node in circle:
            if node in rows:
                rows[node].blame(
                    Column.LINE_MANAGER, _("The leaders go in a circle: %(names)s.") % {"names": " → ".join(shown)}
                )

    # The plan itself

    def _result(self) -> Plan:
        good = [draft for draft in self.drafts if not draft.problems]
        problems = tuple(problem for draft in self.drafts for problem in draft.problems)
        entries = [self._entry(draft) for draft in good]
        changed = tuple(
            entry for entry in entries if entry.pk is not None and (entry.values or entry.sets_line_manager)
        )
        created = tuple(entry for entry in entries if entry.pk is None)
        bad_lines = {problem.line for problem in problems}
        return Plan(
            rows=len(self.drafts),
            created=created,
            changed=changed,
            unchanged=len(entries) - len(created) - len(changed),
            absent=self.absent,
            # A bad row may be somebody whom we could not recognise: nobody loses access for that.
            deactivated=() if problems else self.leaving,
            spared=len(self.leaving) if problems else 0,
            problems=problems,
            remarks=tuple(remark for remark in self.remarks if remark.line not in bad_lines),
            skip_bad=self.options.skip_bad,
        )

    def _entry(self, draft: _Draft) -> Entry:
        stated = self._stated(draft)
        has_leader = Column.LINE_MANAGER in draft.row.cells
        leader = self._leader_after(draft.node) if has_leader else None
        person = draft.person
        if person is None:
            first_name, last_name = split_name(draft.name)
            values = {"first_name": first_name, "last_name": last_name, **stated}
            return Entry(draft.row.line, None, draft.name, draft.email, values, (), leader is not None, leader)
        values, changes = self._differences(draft, person, stated)
        sets_leader = has_leader and leader != person.line_manager
        if sets_leader:
            before = self.directory.by_pk[person.line_manager].name if person.line_manager else ""
            changes.append(Change(Column.LINE_MANAGER, before, self._name_of(leader)))
        return Entry(draft.row.line, person.pk, draft.name, draft.email, values, tuple(changes), sets_leader, leader)

    def _stated(self, draft: _Draft) -> dict[str, Any]:
        """What the row says, by model field, apart from the name and the leader."""
        cells = draft.row.cells
        stated = {
            "email": draft.email,
            "employee_number": draft.number,
            "org_unit_id": draft.unit,
            "job_title": cells.get(Column.JOB_TITLE),
            "seniority": draft.seniority,
            "workplace": cells.get(Column.WORKPLACE),
            "phone": cells.get(Column.PHONE),
        }
        return {name: value for name, value in stated.items() if value is not None}

    def _differences(
        self, draft: _Draft, person: KnownPerson, stated: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Change]]:
        values: dict[str, Any] = {}
        changes: list[Change] = []
        if draft.name != person.name:
            values["first_name"], values["last_name"] = split_name(draft.name)
            changes.append(Change(Column.NAME, person.name, draft.name))
        known = {"org_unit_id": person.unit}
        for name, column in COLUMN_OF_FIELD.items():
            before = known[name] if name in known else getattr(person, name)
            if name in stated and stated[name] != before:
                values[name] = stated[name]
                changes.append(Change(column, self._shown(name, before), self._shown(name, stated[name])))
        if not person.is_active:
            values["is_active"] = True
        return values, changes

    def _shown(self, name: str, value: Any) -> str:
        if name == "org_unit_id":
            return self.directory.units_by_pk[value].name if value else ""
        return str(value)

    def _name_of(self, node: Node | None) -> str:
        if node is None:
            return ""
        draft = self._good_row_of(node) if isinstance(node, int) else self.by_email[node]
        return draft.name if draft else self.directory.by_pk[int(node)].name


COLUMN_OF_FIELD = {
    "email": Column.EMAIL,
    "employee_number": Column.EMPLOYEE_NUMBER,
    "org_unit_id": Column.UNIT,
    "job_title": Column.JOB_TITLE,
    "seniority": Column.SENIORITY,
    "workplace": Column.WORKPLACE,
    "phone": Column.PHONE,
}


def split_name(name: str) -> tuple[str, str]:
    """The last word is the last name: “Anne Marie Lind” is Anne Marie, Lind."""
    first_name, _space, last_name = name.rpartition(" ")
    return (first_name, last_name) if first_name else (last_name, "")
