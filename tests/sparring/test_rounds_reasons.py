from typing import NamedTuple

import pytest
from django.utils import translation

from network.matching import LeftOut
from sparring.reasons import ABSENCE_SENTENCES, reasons_for, reasons_with_names
from sparring.services.pool import Hindrance
from tests.factories import PersonFactory

ANNA = PersonFactory.build(pk=1, first_name="Anna", last_name="Lund", org_unit=None)
BO = PersonFactory.build(pk=2, first_name="Bo", last_name="Krog", org_unit=None)
CARL = PersonFactory.build(pk=3, first_name="Carl", last_name="Friis", org_unit=None)
HELPS = {"code": "helps", "from": 1, "to": 2, "theme": "Konflikthåndtering"}


class Told(NamedTuple):
    """The sentence for a reason: to Anna and to Bo as a pair, to Anna in a group of three, and to the coordinator."""

    anna: list[str]
    bo: list[str]
    in_three: list[str]
    coordinator: list[str]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told(reason):
    return Told(
        reasons_for(ANNA, [reason], [ANNA, BO]),
        reasons_for(BO, [reason], [ANNA, BO]),
        reasons_for(ANNA, [reason], [ANNA, BO, CARL]),
        reasons_with_names([reason], [ANNA, BO]),
    )


def test_help_is_told_from_both_sides():
    assert told(HELPS) == Told(
        ["Your partner seeks konflikthåndtering, and you offer it."],
        ["You seek konflikthåndtering, and your partner offers it."],
        ["Bo Krog seeks konflikthåndtering, and you offer it."],
        ["Bo Krog seeks konflikthåndtering, and Anna Lund offers it."],
    )


def test_first_meeting_is_told_to_both():
    assert told({"code": "first_meeting", "a": 1, "b": 2}) == Told(
        ["You have not met before."],
        ["You have not met before."],
        ["You and Bo Krog have not met before."],
        ["Anna Lund and Bo Krog have not met before."],
    )


def test_waiting_is_told_to_whom_it_concerns_and_to_the_coordinator():
    assert told({"code": "waited", "person": 1, "rounds": 2}) == Told(
        ["You went without a partner in the last 2 rounds."],
        [],
        ["You went without a partner in the last 2 rounds."],
        ["Anna Lund went without a partner in the last 2 rounds."],
    )


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ({"code": "long_ago", "days": 75}, "You last met 75 days ago."),
        ({"code": "departments"}, "Your departments have not met in the last four weeks."),
        ({"code": "seniority"}, "You have been in the field for different lengths of time."),
        ({"code": "language", "language": "ar"}, "You share a language: Arabic."),
        ({"code": "format", "format": "physical"}, "You can both meet in person."),
        ({"code": "format", "format": "video"}, "You can both meet by video."),
        ({"code": "format", "format": "phone"}, "You can both meet by phone."),
    ],
)
def test_reason_between_two_has_the_same_words_for_both(reason, sentence):
    sentences = told(reason | {"a": 1, "b": 2})

    assert (sentences.anna, sentences.bo) == ([sentence], [sentence])
    assert "Bo Krog" in sentences.in_three[0]
    assert "Anna Lund" in sentences.coordinator[0]


def test_reason_between_two_others_is_told_with_their_names():
    assert reasons_for(CARL, [HELPS], [ANNA, BO, CARL]) == [
        "Bo Krog seeks konflikthåndtering, and Anna Lund offers it."
    ]


def test_reason_about_somebody_who_left_the_group_is_not_told():
    assert reasons_for(BO, [HELPS], [BO, CARL]) == []


def test_theme_that_is_an_abbreviation_keeps_its_capitals():
    assert reasons_for(ANNA, [HELPS | {"theme": "GDPR i mødet"}], [ANNA, BO]) == [
        "Your partner seeks GDPR i mødet, and you offer it."
    ]


def test_name_with_a_percent_sign_is_harmless():
    assert reasons_for(ANNA, [HELPS | {"theme": "100 % åbenhed"}], [ANNA, BO]) == [
        "Your partner seeks 100 % åbenhed, and you offer it."
    ]


def test_every_code_of_an_absence_has_a_sentence():
    assert set(ABSENCE_SENTENCES) == {*LeftOut, *Hindrance}


def test_hindrances_that_may_be_private_share_one_sentence():
    assert ABSENCE_SENTENCES[LeftOut.NO_PERMITTED_PARTNER] == ABSENCE_SENTENCES[LeftOut.ALL_PARTNERS_TAKEN]
