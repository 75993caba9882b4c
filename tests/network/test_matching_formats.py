import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.matching import Meeting
from network.matching.formats import (
    FormatError,
    WrittenGroup,
    booking_bytes,
    buddies_bytes,
    read_instance,
    read_schedule,
    schedule_bytes,
)

MONDAY, TUESDAY, WEDNESDAY = "2027-03-01", "2027-03-02", "2027-03-03"


def person(own, dept="Kultur", **more):
    return {
        "id": own,
        "dept": dept,
        "leader": None,
        "seniority": 3,
        "languages": ["da"],
        "formats": ["video"],
        "site": "Rådhuset",
        "weekdays": [0, 1, 2, 3, 4],
        "cap": 2,
        "pauses": [],
        "seeks": [],
        "offers": [],
        "left_out": 0,
        **more,
    }


def instance(*people, **more):
    """Karen and Ali, if nobody else is named, who can meet on the Monday."""
    return {
        "format": "sparring-instance/1",
        "id": "prøve",
        "kind": "round",
        "dates": [MONDAY],
        "window": ["13:00", "13:30"],
        "rules": {},
        "people": list(people) or [person("karen"), person("ali", "Teknik")],
        "blocks": [],
        "history": [],
        **more,
    }


def read(values):
    return read_instance(json.dumps(values).encode())


def refusal(values):
    with pytest.raises(FormatError) as caught:
        read(values)
    return str(caught.value)


def outcome(reader, values):
    """The sentence of a refusal; anything else that goes wrong fails the test."""
    try:
        reader(values)
    except FormatError as error:
        return str(error)
    return "Read."


# ---- what is read ----


def test_days_are_those_of_the_weekdays_outside_pauses():
    values = instance(
        person("karen", weekdays=[0, 2], pauses=[["2027-03-03", "2027-03-07"]]), dates=[WEDNESDAY, TUESDAY, MONDAY]
    )

    (karen,) = read(values).instance.people

    assert karen.days == {date(2027, 3, 1)}


def test_pause_includes_its_first_and_last_day():
    values = instance(person("karen", pauses=[[MONDAY, TUESDAY]]), dates=[MONDAY, TUESDAY, WEDNESDAY])

    (karen,) = read(values).instance.people

    assert karen.days == {date(2027, 3, 3)}


def test_asked_days_of_a_booking_count_although_they_are_no_dates_of_it():
    query = {"id": "q", "asker": "ali", "theme": "mod", "date": TUESDAY}

    file = read(instance(kind="booking", queries=[query]))

    assert [peer.days for peer in file.instance.people] == [{date(2027, 3, 1), date(2027, 3, 2)}] * 2


def test_rows_in_another_order_are_read_the_same():
    people = [person("karen"), person("ali", "Teknik"), person("eva", "Social")]
    history = [["2027-02-01", "karen", "ali"], ["2027-01-04", "eva", "ali"], ["2027-01-04", "ali", "karen", "eva"]]

    one = read(instance(*people, history=history, blocks=[["karen", "eva"]], dates=[MONDAY, TUESDAY]))
    other = read(instance(*people[::-1], history=history[::-1], blocks=[["eva", "karen"]], dates=[TUESDAY, MONDAY]))

    assert one == other


def test_who_left_the_corps_is_left_out_of_earlier_meetings():
    history = [["2027-02-01", "karen", "ali", "gone"], ["2027-02-02", "karen", "gone"]]

    file = read(instance(history=history))

    assert file.instance.history == (Meeting(date(2027, 2, 1), ("ali", "karen")),)
    assert file.remarks == ("Nogle i tidligere møder er ikke blandt personerne længere og springes over: »gone«.",)


def test_leader_outside_the_corps_is_remarked_upon():
    people = [person(f"p{n}", leader=f"chef{n}") for n in range(5)]

    assert read(instance(*people)).remarks == (
        "Nogle ledere er ikke blandt personerne og skal derfor ikke matches: »chef0«, »chef1«, »chef2« og 2 til.",
    )


def test_who_is_their_own_leader_is_remarked_upon():
    assert read(instance(person("karen", leader="karen"))).remarks == (
        "Nogle står som deres egen leder, og det ser vi bort fra: »karen«.",
    )


def test_cap_above_the_days_of_a_week_is_no_cap():
    (karen,) = read(instance(person("karen", cap=10**30))).instance.people

    assert karen.cap == 7


# ---- what is refused ----


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen er ikke gyldig JSON: linje 1, tegn 1."),
        (b'{"format":\n "sparring-', "Filen er ikke gyldig JSON: linje 2, tegn 2."),
        (b'{"id": "\xff"}', "Filen er ikke tekst i UTF-8."),
        (b"[]", "Filen skal være ét objekt i JSON."),
        (b"[" * 100_000, "Filen er ikke til at læse: lister og objekter ligger for dybt i hinanden."),
        (b'{"id": ' + b"1" * 10_000 + b"}", "Filen har et tal, der er for langt."),
        (b'{"id": NaN}', "»NaN« er ikke et tal i JSON."),
        (b'{"id": "a", "id": "b"}', "»id« står to gange i samme objekt."),
    ],
)
def test_broken_json_is_refused(content, sentence):
    with pytest.raises(FormatError) as caught:
        read_instance(content)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "sparring-instance/2"}, "Filen: feltet »format« skal være »sparring-instance/1«."),
        (
            {"kind": "party"},
            "Filen: feltet »kind« skal være »round«, »plan«, »repair«, »buddies« eller »booking«.",
        ),
        ({"id": 7}, "Filen: feltet »id« skal være en tekst, der ikke er tom, men er »7«."),
        ({"people": []}, "Filen: feltet »people« er tomt: der er ingen at matche."),
        ({"people": {}}, "Filen: feltet »people« skal være en liste, men er et objekt."),
        ({"people": ["karen"]}, "Person nr. 1 skal være et objekt i JSON, men er »karen«."),
        ({"people": [person("karen"), person("karen")]}, "Person nr. 2: »karen« er allerede brugt som id."),
        ({"dates": []}, "Filen: feltet »dates« er tomt: der er ingen dag at matche."),
        ({"dates": [MONDAY, MONDAY]}, "Filen: feltet »dates« har 2027-03-01 to gange."),
        (
            {"dates": ["2027-02-30"]},
            "Filen: feltet »dates« skal have datoer som 2027-01-04, men har »2027-02-30«.",
        ),
        (
            {"dates": ["2027-W09-1"]},
            "Filen: feltet »dates« skal have datoer som 2027-01-04, men har »2027-W09-1«.",
        ),
        (
            {"dates": ["0001-01-01"]},
            "Filen: feltet »dates« skal have datoer som 2027-01-04, men har »0001-01-01«.",
        ),
        ({"rules": []}, "Feltet »rules« skal være et objekt i JSON, men er en liste."),
        (
            {"rules": {"require_shared_language": "yes"}},
            "Feltet »rules«: feltet »require_shared_language« skal være true eller false.",
        ),
        ({"blocks": [["karen", "ghost"]]}, "Blokering nr. 1: »ghost« er ikke blandt personerne."),
        ({"blocks": [["karen", ["ali"]]]}, "Blokering nr. 1: en liste er ikke blandt personerne."),
        ({"blocks": [["karen", "ali"], ["ali", "ali"]]}, "Blokering nr. 2: »ali« kan ikke blokere sig selv."),
        ({"blocks": ["karen"]}, "Blokering nr. 1: en blokering er et par af id’er."),
        ({"history": [[MONDAY, "karen"]]}, "Møde nr. 1 i feltet »history«: et møde er en dato og to eller tre id’er."),
        (
            {"history": [["i går", "karen", "ali"]]},
            "Møde nr. 1 i feltet »history«: »i går« er ikke en dato som 2027-01-04.",
        ),
        (
            {"history": [[MONDAY, "karen", "karen"]]},
            "Møde nr. 1 i feltet »history«: den samme person er der to gange.",
        ),
        ({"history": [[MONDAY, "karen", None]]}, "Møde nr. 1 i feltet »history«: id’er skal være tekst."),
        (
            {"history": [[[], "karen", "ali"]]},
            "Møde nr. 1 i feltet »history«: en liste er ikke en dato som 2027-01-04.",
        ),
        (
            {"kind": "repair", "cancellations": [[MONDAY, "ghost"]]},
            "Afbud nr. 1: »ghost« er ikke blandt personerne.",
        ),
        (
            {"kind": "repair", "cancellations": [[TUESDAY, "karen"]]},
            "Afbud nr. 1: »2027-03-02« er ikke en af instansens datoer.",
        ),
        ({"kind": "repair", "cancellations": ["karen"]}, "Afbud nr. 1: et afbud er en dato og et id."),
        ({"kind": "booking"}, "Filen: feltet »queries« mangler."),
        (
            {"kind": "booking", "queries": [{"id": "q", "asker": "ghost", "theme": "mod", "date": MONDAY}]},
            "Spørgsmålet »q«: feltet »asker« nævner »ghost«, som ikke er blandt personerne.",
        ),
        (
            {"kind": "booking", "queries": [{"id": "q", "asker": "ali", "theme": "mod", "date": "nu"}]},
            "Spørgsmålet »q«: feltet »date« skal have datoer som 2027-01-04, men har »nu«.",
        ),
        (
            {"kind": "booking", "queries": [{"id": "q", "asker": "ali", "theme": "mod", "date": MONDAY}] * 2},
            "Spørgsmål nr. 2: »q« er allerede brugt som id.",
        ),
    ],
)
def test_bad_instance_is_refused_in_a_sentence_that_names_the_place(change, sentence):
    assert refusal(instance() | change) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": " "}, "Person nr. 2: feltet »id« skal være en tekst, der ikke er tom, men er » «."),
        ({"id": "\ud800"}, "Person nr. 2: feltet »id« skal være en tekst, der ikke er tom, men er »\\ud800«."),
        ({"dept": ""}, "Personen »ali«: feltet »dept« skal være en tekst, der ikke er tom, men er »«."),
        ({"dept": None}, "Personen »ali«: feltet »dept« skal være en tekst, der ikke er tom, men er null."),
        ({"leader": 4}, "Personen »ali«: feltet »leader« skal være en tekst, der ikke er tom, men er »4«."),
        ({"seniority": 6}, "Personen »ali«: feltet »seniority« skal være et helt tal fra 1 til 5, men er »6«."),
        ({"seniority": True}, "Personen »ali«: feltet »seniority« skal være et helt tal fra 1 til 5, men er true."),
        ({"cap": -1}, "Personen »ali«: feltet »cap« skal være et helt tal på mindst 0, men er »-1«."),
        ({"cap": 1.5}, "Personen »ali«: feltet »cap« skal være et helt tal på mindst 0, men er »1.5«."),
        ({"left_out": "3"}, "Personen »ali«: feltet »left_out« skal være et helt tal fra 0 til 10000, men er »3«."),
        ({"languages": []}, "Personen »ali«: feltet »languages« er tomt: der skal være mindst ét sprog."),
        ({"languages": "da"}, "Personen »ali«: feltet »languages« skal være en liste, men er »da«."),
        (
            {"formats": ["fax"]},
            "Personen »ali«: feltet »formats« kan have »physical«, »video« eller »phone«, men har »fax«.",
        ),
        ({"seeks": [3]}, "Personen »ali«: feltet »seeks« skal have tekster, men har »3«."),
        (
            {"offers": [["mod"]]},
            "Personen »ali«: feltet »offers« skal have tekster, men har en liste.",
        ),
        ({"weekdays": [7]}, "Personen »ali«: feltet »weekdays« skal have tal fra 0 (mandag) til 6, men har »7«."),
        (
            {"weekdays": [False]},
            "Personen »ali«: feltet »weekdays« skal have tal fra 0 (mandag) til 6, men har false.",
        ),
        (
            {"pauses": [[TUESDAY, MONDAY]]},
            "Personen »ali«: feltet »pauses« har en pause, der slutter 2027-03-01, før den begynder 2027-03-02.",
        ),
        ({"pauses": [[MONDAY]]}, "Personen »ali«: feltet »pauses« skal have par af datoer, fra og til."),
        (
            {"pauses": [[MONDAY, None]]},
            "Personen »ali«: feltet »pauses« skal have datoer som 2027-01-04, men har null.",
        ),
        ({"site": 3}, "Personen »ali«: feltet »site« skal være en tekst, der ikke er tom, men er »3«."),
    ],
)
def test_bad_person_is_refused_in_a_sentence_that_names_the_field(change, sentence):
    assert refusal(instance(person("karen"), person("ali", "Teknik") | change)) == sentence


@pytest.mark.parametrize("field", sorted(set(person("ali")) - {"leader", "site", "left_out"}))
def test_missing_field_of_a_person_is_named(field):
    ali = person("ali", "Teknik")
    del ali[field]

    assert refusal(instance(person("karen"), ali)).endswith(f": feltet »{field}« mangler.")


@pytest.mark.parametrize("field", ["id", "kind", "dates", "people", "blocks", "history"])
def test_missing_field_of_the_file_is_named(field):
    values = instance()
    del values[field]

    assert refusal(values) == f"Filen: feltet »{field}« mangler."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["karen", "ali", MONDAY]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(json_values, st.sampled_from(sorted(instance())), st.sampled_from(["round", "repair", "booking"]))
def test_anything_in_a_field_of_the_file_is_read_or_refused(value, field, kind):
    values = instance(kind=kind, queries=[], cancellations=[]) | {field: value}
    assert outcome(read, values).endswith(".")


@given(json_values, st.sampled_from(sorted(person("ali"))))
def test_anything_in_a_field_of_a_person_is_read_or_refused(value, field):
    values = instance(person("karen"), person("ali") | {field: value})
    assert outcome(read, values).endswith(".")


@given(
    json_values,
    st.sampled_from(["blocks", "history", "cancellations", "queries"]),
    st.sampled_from(["repair", "booking"]),
)
def test_anything_in_a_list_of_the_file_is_read_or_refused(value, field, kind):
    values = instance(kind=kind, queries=[], cancellations=[]) | {field: [value]}
    assert outcome(read, values).endswith(".")


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(content):
    with pytest.raises(FormatError):
        read_instance(content)


# ---- schedules ----


def read_plan(rounds, **more):
    known = read(instance(person("a"), person("b", "Teknik"), person("c"), dates=[MONDAY, TUESDAY])).instance
    return read_schedule(json.dumps({"rounds": rounds, **more}).encode(), known)


def test_schedule_has_groups_as_lists_or_with_reasons():
    rounds = {TUESDAY: [{"members": ["c", "b", "a"], "reasons": []}], MONDAY: [["b", "a"]]}

    schedule = read_plan(rounds, instance="prøve")

    assert schedule.instance == "prøve"
    assert schedule.rounds == ((date(2027, 3, 1), (("a", "b"),)), (date(2027, 3, 2), (("a", "b", "c"),)))


@pytest.mark.parametrize(
    ("rounds", "sentence"),
    [
        ([], "Planen: feltet »rounds« skal være et objekt med en liste af grupper for hver dato."),
        ({WEDNESDAY: []}, "Planen: »2027-03-03« i feltet »rounds« er ikke en af instansens datoer."),
        ({MONDAY: {}}, "Planen, 2027-03-01: runden skal være en liste af grupper."),
        ({MONDAY: [["a", "ghost"]]}, "Planen, 2027-03-01, gruppe nr. 1: »ghost« er ikke blandt personerne."),
        ({MONDAY: [["a", "b"], ["c", "a"]]}, "Planen, 2027-03-01, gruppe nr. 2: »a« er i runden to gange."),
        (
            {MONDAY: [["a"]]},
            "Planen, 2027-03-01, gruppe nr. 1: en gruppe skal være en liste med to eller tre id’er.",
        ),
        (
            {MONDAY: [{"reasons": []}]},
            "Planen, 2027-03-01, gruppe nr. 1: en gruppe skal være en liste med to eller tre id’er.",
        ),
    ],
)
def test_bad_schedule_is_refused(rounds, sentence):
    with pytest.raises(FormatError) as caught:
        read_plan(rounds)
    assert str(caught.value) == sentence


@given(json_values)
def test_any_schedule_is_read_or_refused(value):
    for rounds in (value, {MONDAY: value}, {MONDAY: [value]}):
        assert outcome(read_plan, rounds).endswith(".")


# ---- what is written ----


def test_schedule_is_written_in_order_and_read_back():
    groups = [WrittenGroup(("c", "b"), ({"code": "first_meeting", "a": "c", "b": "b"},)), WrittenGroup(("ø", "a"), ())]

    content = schedule_bytes("prøve", [(date(2027, 3, 2), []), (date(2027, 3, 1), groups)])

    assert content.decode() == (
        '{"format":"sparring-schedule/1","instance":"prøve","rounds":{"2027-03-01":['
        '{"members":["a","ø"],"reasons":[]},'
        '{"members":["b","c"],"reasons":[{"a":"c","b":"b","code":"first_meeting"}]}],"2027-03-02":[]}}\n'
    )


def test_buddies_are_written_in_order():
    assert buddies_bytes("x", [("d", "c"), ("b", "a")]) == b'{"instance":"x","pairs":[["a","b"],["c","d"]]}\n'


def test_helpers_are_written_best_first():
    content = booking_bytes("x", {"q2": [], "q1": [("b", []), ("a", [])]})

    assert content == (b'{"answers":{"q1":[{"id":"b","reasons":[]},{"id":"a","reasons":[]}],"q2":[]},"instance":"x"}\n')
