"""The matching's reasons and codes in words: to a member from their own side, to the coordinator with names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from network.matching import LeftOut, Reason
from network.models import Person
from network.models.ambassador import Language, MeetingFormat
from sparring.services.pool import Hindrance

PAIR = 2
ABOUT = ("from", "to", "a", "b", "person")

# What the coordinator reads. A private block, a pass and other hindrances are told in the same words.
_NO_FITTING_PARTNER = _("No fitting partner was free this time.")
ABSENCE_SENTENCES: Mapping[str, Promise] = {
    LeftOut.NOBODY_ELSE: _("Nobody else was available."),
    LeftOut.ONLY_OWN_DEPARTMENT: _("Only people of the same department were available."),
    LeftOut.NO_PERMITTED_PARTNER: _NO_FITTING_PARTNER,
    LeftOut.ALL_PARTNERS_TAKEN: _NO_FITTING_PARTNER,
    LeftOut.ODD_ONE_OUT: _("An odd number was available, and no group could take a third."),
    Hindrance.MATCH_FELL_AWAY: _("Something changed before the round was published."),
    Hindrance.NO_DEPARTMENT: _("Belongs to no department."),
    Hindrance.PAUSED: _("Is on a pause."),
    Hindrance.SILENT: _("Has not answered three times in a row, and pauses from rounds."),
    Hindrance.OTHER_TIME: _("Does not offer this time."),
    Hindrance.BUSY: _("Already has a sparring at this time."),
    Hindrance.OTHER_ROUND: _("Is in another round the same day."),
    Hindrance.WEEKLY_CAP: _("Has as many sparrings that week as they want."),
}

_WAITED = ngettext_lazy(
    "You went without a partner in the last round.",
    "You went without a partner in the last %(rounds)s rounds.",
    "rounds",
)
# "gives" and "gets" are the two sides of the reason "helps".
_ABOUT_THE_PARTNER: Mapping[str, Promise] = {
    "gives": _("Your partner seeks %(theme)s, and you offer it."),
    "gets": _("You seek %(theme)s, and your partner offers it."),
    "first_meeting": _("You have not met before."),
    "long_ago": _("You last met %(days)s days ago."),
    "departments": _("Your departments have not met in the last four weeks."),
    "waited": _WAITED,
    "seniority": _("You have been in the field for different lengths of time."),
    "language": _("You share a language: %(language)s."),
    "format": _("You can both meet %(way)s."),
}
_ABOUT_ONE_NAMED: Mapping[str, Promise] = {
    "gives": _("%(name)s seeks %(theme)s, and you offer it."),
    "gets": _("You seek %(theme)s, and %(name)s offers it."),
    "first_meeting": _("You and %(name)s have not met before."),
    "long_ago": _("You and %(name)s last met %(days)s days ago."),
    "departments": _("Your department and that of %(name)s have not met in the last four weeks."),
    "waited": _WAITED,
    "seniority": _("You and %(name)s have been in the field for different lengths of time."),
    "language": _("You and %(name)s share a language: %(language)s."),
    "format": _("You and %(name)s can both meet %(way)s."),
}
_WITH_NAMES: Mapping[str, Promise] = {
    "helps": _("%(to)s seeks %(theme)s, and %(from)s offers it."),
    "first_meeting": _("%(a)s and %(b)s have not met before."),
    "long_ago": _("%(a)s and %(b)s last met %(days)s days ago."),
    "departments": _("The departments of %(a)s and %(b)s have not met in the last four weeks."),
    "waited": ngettext_lazy(
        "%(person)s went without a partner in the last round.",
        "%(person)s went without a partner in the last %(rounds)s rounds.",
        "rounds",
    ),
    "seniority": _("%(a)s and %(b)s have been in the field for different lengths of time."),
    "language": _("%(a)s and %(b)s share a language: %(language)s."),
    "format": _("%(a)s and %(b)s can both meet %(way)s."),
}
_WAYS: Mapping[str, Promise] = {
    MeetingFormat.PHYSICAL: _("in person"),
    MeetingFormat.VIDEO: _("by video"),
    MeetingFormat.PHONE: _("by phone"),
}


def reasons_for(
    viewer: Person, reasons: Iterable[Reason], people: Sequence[Person], *, by_name: bool = False
) -> list[str]:
    """The sentences for one of `people`, from their side. That somebody else has waited is not told.

    The other of two is the partner; `by_name` where the two have not agreed on anything.
    """
    return [
        _from_side_of(viewer, reason, people, by_name=by_name or len(people) > PAIR)
        for reason in _among(people, reasons)
        if reason.get("person", viewer.pk) == viewer.pk
    ]


def reasons_with_names(reasons: Iterable[Reason], people: Sequence[Person]) -> list[str]:
    """The sentences for the coordinator."""
    return [_with_names(reason, people) for reason in _among(people, reasons)]


def _among(people: Sequence[Person], reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons without those about somebody who has left the group."""
    ids = {person.pk for person in people}
    return [reason for reason in reasons if ids.issuperset(_about(reason))]


def _about(reason: Reason) -> list[int]:
    return [int(reason[key]) for key in ABOUT if key in reason]


def _from_side_of(viewer: Person, reason: Reason, people: Sequence[Person], *, by_name: bool) -> str:
    about = _about(reason)
    if viewer.pk not in about:
        return _with_names(reason, people)
    code = str(reason["code"])
    if code == "helps":
        code = "gives" if reason["from"] == viewer.pk else "gets"
    sentences = _ABOUT_ONE_NAMED if by_name else _ABOUT_THE_PARTNER
    names = [person.name for person in people if person.pk in about and person != viewer]
    return sentences[code] % {**_words(reason), "name": " ".join(names)}


def _with_names(reason: Reason, people: Sequence[Person]) -> str:
    names = {person.pk: person.name for person in people}
    return _WITH_NAMES[str(reason["code"])] % {
        **_words(reason),
        **{key: names[int(reason[key])] for key in ABOUT if key in reason},
    }


def _words(reason: Reason) -> dict[str, object]:
    """What a sentence may hold beside names."""
    language = str(reason.get("language", ""))
    return {
        "theme": _inside_sentence(str(reason.get("theme", ""))),
        "days": reason.get("days"),
        "rounds": reason.get("rounds"),
        "language": dict(Language.choices).get(language, language),
        "way": _WAYS.get(str(reason.get("format", ""))),
    }


def _inside_sentence(name: str) -> str:
    """A theme as it is written within a sentence; an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
