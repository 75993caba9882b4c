"""What the pages about rounds show: a whole round to the coordinator, one match to its members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Department, Person
from sparring.models import (
    MatchAnswer,
    MatchMember,
    MatchProposal,
    PairWish,
    SparringParticipant,
    SparringRound,
    WishKind,
)
from sparring.reasons import ABSENCE_SENTENCES, reasons_for, reasons_with_names
from sparring.services.pool import Hindrance
from sparring.services.repairs import orphans_of
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
class PairInMatch:
    """Two people of a group, with what the coordinator has wished for them."""

    one: Person
    other: Person
    wish: PairWish | None


@dataclass(frozen=True)
class Match:
    """A group as the coordinator sees it. `repeats` are the pairs in it who met not long ago, with days since.

    It `is_off` when it was cancelled after it was published.
    """

    members: tuple[MatchMember, ...]
    reasons: list[str]
    score: int
    parts: list[tuple[Promise, int]]
    pairs: list[PairInMatch]
    repeats: list[tuple[Person, Person, int]]
    is_off: bool

    @property
    def is_pinned(self) -> bool:
        return any(pair.wish for pair in self.pairs)

    def has_named(self, text: str) -> bool:
        """Whether the name of one of the members holds every word of the text."""
        words = text.casefold().split()
        return any(all(word in member.person.name.casefold() for word in words) for member in self.members)


@dataclass(frozen=True)
class Wish:
    """`is_met` is false for a pair who can no longer be together, or are apart by something else."""

    wish: PairWish
    is_met: bool

    @property
    def is_together(self) -> bool:
        return self.wish.kind == WishKind.TOGETHER


@dataclass(frozen=True)
class Absence:
    """Why somebody is in no group, and for those left out the next day on which there is a partner for them."""

    person: Person
    sentence: Promise
    next_date: date | None


@dataclass(frozen=True)
class Fairness:
    """`waited` counts those who could come and had gone without before, `helped` those of them who get somebody now.

    `longest_wait` is how many rounds in a row somebody will have gone without after this one.
    """

    available: int
    served: int
    waited: int
    helped: int
    longest_wait: int


@dataclass(frozen=True)
class MatrixRow:
    department: Department
    cells: list[int]


@dataclass(frozen=True)
class RoundOverview:
    matches: list[Match]
    wishes: list[Wish]
    left_out: list[Absence]
    hindered: list[tuple[Promise, list[Person]]]
    orphans: list[Person]
    fairness: Fairness
    departments: list[Department]
    matrix: list[MatrixRow]

    @property
    def groups_of_three(self) -> int:
        return sum(len(match.members) == 3 and not match.is_off for match in self.matches)  # noqa: PLR2004

    @property
    def repeats(self) -> list[tuple[Person, Person, int]]:
        """Whoever met last comes first."""
        return sorted((repeat for match in self.matches for repeat in match.repeats), key=lambda repeat: repeat[2])


def overview_of(round_: SparringRound) -> RoundOverview:
    proposals = list(round_.proposals.with_members().select_related("session").order_by("pk"))
    groups = [tuple(proposal.members.all()) for proposal in proposals]
    on = [group for proposal, group in zip(proposals, groups, strict=True) if not _is_off(proposal)]
    met = _met_lately(round_, [member.person_id for group in groups for member in group])
    wishes = list(round_.wishes.select_related("one", "other").order_by("pk"))
    absences = _absences(round_)
    left_out = [absence for code, absence in absences if code not in HINDERED]
    waiting = {absence.person.pk for absence in left_out}
    orphans = orphans_of(proposals) - waiting
    departments, matrix = _matrix(on, [absence.person for absence in left_out])
    return RoundOverview(
        matches=[_match(proposal, group, met, wishes) for proposal, group in zip(proposals, groups, strict=True)],
        wishes=_wishes(wishes, on),
        left_out=left_out,
        hindered=_by_sentence(absence for code, absence in absences if code in HINDERED),
        orphans=[member.person for group in groups for member in group if member.person_id in orphans],
        fairness=_fairness(round_, on, left_out),
        departments=departments,
        matrix=matrix,
    )


def _match(
    proposal: MatchProposal, group: tuple[MatchMember, ...], met: Mapping[Pair, int], wishes: Iterable[PairWish]
) -> Match:
    people = [member.person for member in group]
    wished = {wish.pair: wish for wish in wishes}
    pairs = [sorted(pair, key=lambda person: person.pk) for pair in combinations(people, 2)]
    return Match(
        members=group,
        reasons=reasons_with_names(proposal.reasons, people),
        score=proposal.score,
        parts=[(name, proposal.parts[code]) for code, name in PART_NAMES.items() if code in proposal.parts],
        pairs=[PairInMatch(one, other, wished.get((one.pk, other.pk))) for one, other in pairs],
        repeats=[
            (a, b, met[frozenset((a.pk, b.pk))]) for a, b in combinations(people, 2) if frozenset((a.pk, b.pk)) in met
        ],
        is_off=_is_off(proposal),
    )


def _is_off(proposal: MatchProposal) -> bool:
    return proposal.session is not None and not proposal.session.is_agreed


def _wishes(wishes: Iterable[PairWish], groups: Iterable[tuple[MatchMember, ...]]) -> list[Wish]:
    group_of = {member.person_id: member.proposal_id for group in groups for member in group}

    def are_together(wish: PairWish) -> bool:
        return wish.one_id in group_of and group_of[wish.one_id] == group_of.get(wish.other_id)

    return [Wish(wish, are_together(wish) == (wish.kind == WishKind.TOGETHER)) for wish in wishes]


def _fairness(
    round_: SparringRound, groups: Iterable[tuple[MatchMember, ...]], left_out: Sequence[Absence]
) -> Fairness:
    served = {member.person_id for group in groups for member in group}
    waited = dict(round_.waited)
    return Fairness(
        available=len(served) + len(left_out),
        served=len(served),
        waited=len(waited),
        helped=len(served & waited.keys()),
        longest_wait=max((waited.get(absence.person.pk, 0) + 1 for absence in left_out), default=0),
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


def _absences(round_: SparringRound) -> list[tuple[str, Absence]]:
    codes: dict[int, str] = dict(round_.left_out)
    next_dates = {person: date.fromisoformat(day) for person, day in round_.next_dates}
    people = Person.objects.with_unit().filter(pk__in=codes).order_by("first_name", "last_name", "pk")
    return [
        (code, Absence(person, ABSENCE_SENTENCES[code], next_dates.get(person.pk)))
        for person in people
        for code in [codes[person.pk]]
    ]


def _by_sentence(absences: Iterable[Absence]) -> list[tuple[Promise, list[Person]]]:
    """The reasons that most people have come first."""
    people: dict[Promise, list[Person]] = defaultdict(list)
    for absence in absences:
        people[absence.sentence].append(absence.person)
    return sorted(people.items(), key=lambda reason: -len(reason[1]))


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
