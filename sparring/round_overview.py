"""What the pages about rounds show: a whole round to the coordinator, one match to its members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Department, Person
from sparring.models import MatchAnswer, MatchMember, MatchProposal, SparringParticipant, SparringRound
from sparring.reasons import ABSENCE_SENTENCES, reasons_for, reasons_with_names
from sparring.services.pool import Hindrance
from sparring.timetable import local_day

REPEAT_WITHIN = timedelta(days=90)
HINDERED = frozenset(Hindrance) - {Hindrance.MATCH_FELL_AWAY}
PART_NAMES: Mapping[str, Promise] = {
    "fit": _("Themes one seeks and another offers"),
    "mutual": _("Help in both directions"),
    "novelty": _("New to each other"),
    "spread": _("Departments that seldom meet"),
    "seniority": _("Different seniority"),
    "language": _("Language"),
    "format": _("Way to meet"),
    "group_of_three": _("Group of three"),
    "same_department": _("Two of the same department"),
}

Pair = frozenset[int]


@dataclass(frozen=True)
class Match:
    """A group as the coordinator sees it. `repeats` are the pairs in it who met not long ago, with days since."""

    members: tuple[MatchMember, ...]
    reasons: list[str]
    score: int
    parts: list[tuple[Promise, int]]
    repeats: list[tuple[Person, Person, int]]


@dataclass(frozen=True)
class Absence:
    person: Person
    sentence: Promise


@dataclass(frozen=True)
class MatrixRow:
    department: Department
    cells: list[int]


@dataclass(frozen=True)
class RoundOverview:
    matches: list[Match]
    left_out: list[Absence]
    hindered: list[Absence]
    departments: list[Department]
    matrix: list[MatrixRow]

    @property
    def matched_people(self) -> int:
        return sum(len(match.members) for match in self.matches)

    @property
    def groups_of_three(self) -> int:
        return sum(len(match.members) == 3 for match in self.matches)  # noqa: PLR2004

    @property
    def repeats(self) -> int:
        return sum(len(match.repeats) for match in self.matches)


def overview_of(round_: SparringRound) -> RoundOverview:
    proposals = list(round_.proposals.with_members().order_by("pk"))
    groups = [tuple(proposal.members.all()) for proposal in proposals]
    met = _met_lately(round_, [member.person_id for group in groups for member in group])
    absences = _absences(round_.left_out)
    departments, matrix = _matrix(groups, [absence.person for code, absence in absences if code not in HINDERED])
    return RoundOverview(
        matches=[_match(proposal, group, met) for proposal, group in zip(proposals, groups, strict=True)],
        left_out=[absence for code, absence in absences if code not in HINDERED],
        hindered=[absence for code, absence in absences if code in HINDERED],
        departments=departments,
        matrix=matrix,
    )


def _match(proposal: MatchProposal, group: tuple[MatchMember, ...], met: Mapping[Pair, int]) -> Match:
    people = [member.person for member in group]
    return Match(
        members=group,
        reasons=reasons_with_names(proposal.reasons, people),
        score=proposal.score,
        parts=[(name, proposal.parts[code]) for code, name in PART_NAMES.items() if code in proposal.parts],
        repeats=[
            (a, b, met[frozenset((a.pk, b.pk))]) for a, b in combinations(people, 2) if frozenset((a.pk, b.pk)) in met
        ],
    )


def _met_lately(round_: SparringRound, people: Collection[int]) -> dict[Pair, int]:
    """Of these people, the pairs who met in the 90 days before the round's slot, with days since."""
    starts_at = round_.slot.starts_at
    rows = SparringParticipant.objects.active().filter(
        person__in=people, session__status="agreed", starts_at__gte=starts_at - REPEAT_WITHIN, starts_at__lt=starts_at
    )
    sessions: dict[tuple[datetime, int], list[int]] = defaultdict(list)
    for then, session, person in rows.order_by("starts_at").values_list("starts_at", "session_id", "person_id"):
        sessions[then, session].append(person)
    return {
        frozenset(pair): (local_day(starts_at) - local_day(then)).days
        for (then, _number), members in sessions.items()
        for pair in combinations(members, 2)
    }


def _absences(left_out: Iterable[tuple[int, str]]) -> list[tuple[str, Absence]]:
    codes = dict(left_out)
    people = Person.objects.with_unit().filter(pk__in=codes).order_by("first_name", "last_name", "pk")
    return [(codes[person.pk], Absence(person, ABSENCE_SENTENCES[codes[person.pk]])) for person in people]


def _matrix(
    groups: Sequence[tuple[MatchMember, ...]], left_out: Iterable[Person]
) -> tuple[list[Department], list[MatrixRow]]:
    """How many pairs of people meet between each two departments that could have come."""
    people = [member.person for group in groups for member in group] + list(left_out)
    of = {person.pk: person.org_unit.department for person in people if person.org_unit}
    departments = sorted(set(of.values()), key=lambda department: (department.name, department.pk))
    met: Counter[tuple[Department, Department]] = Counter()
    for group in groups:
        for a, b in combinations([of[member.person_id] for member in group if member.person_id in of], 2):
            met[a, b] += 1
            if a != b:
                met[b, a] += 1
    return departments, [MatrixRow(row, [met[row, column] for column in departments]) for row in departments]


@dataclass(frozen=True)
class MemberMatch:
    """A match as one of its members sees it: never the score. Of the `partners`, those `coming` are still in it."""

    answer: MatchAnswer
    partners: list[MatchMember]
    coming: list[MatchMember]
    reasons: list[str]
    can_answer: bool

    @property
    def has_accepted(self) -> bool:
        return self.answer == MatchAnswer.ACCEPTED

    @property
    def has_passed(self) -> bool:
        return self.answer == MatchAnswer.PASSED


def match_for(viewer: Person, proposal: MatchProposal, *, now: datetime) -> MemberMatch:
    """The match of a proposal that was read by `with_members()`."""
    members = list(proposal.members.all())
    mine = next(member for member in members if member.person_id == viewer.pk)
    partners = [member for member in members if member != mine]
    coming = [member for member in partners if not member.has_left and member.answer != MatchAnswer.PASSED]
    return MemberMatch(
        answer=MatchAnswer(mine.answer),
        partners=partners,
        coming=coming,
        reasons=reasons_for(viewer, proposal.reasons, [mine.person, *(member.person for member in coming)]),
        can_answer=proposal.round.slot.starts_at > now and mine.answer != MatchAnswer.PASSED,
    )
