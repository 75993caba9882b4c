"""What every engine does, with documents that no database knows."""

from __future__ import annotations

import json
import multiprocessing
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random
from threading import Event, Lock, Thread

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.search.corpus import FRESH
from bench.search.ndcg import read_queries
from search.documents import Kind, ThemeOfDocument
from search.engines import MATCH_LIMIT, Filters, Query, ThemeCount
from search.engines.elasticsearch import ElasticsearchEngine, connection
from search.engines.embedded import EmbeddedEngine
from search.planning import MOST_TERMS, term_of
from search.ranking import RERANKED
from search.thesaurus import curated
from tests.elasticsearch_server import A_BUSY_MACHINE_TAKES, drop, elasticsearch_urls, needs_elasticsearch  # noqa: F401  the fixture

from .conftest import STAFF, document, find, keys

MEDIATION = ThemeOfDocument("maegling", "Mægling", "nabostrid, forlig")
KAREN = frozenset({"staff", "person:7"})


@pytest.fixture
def elasticsearch_engine(elasticsearch_urls, monkeypatch):  # noqa: F811
    monkeypatch.setattr(connection, "ASK_SECONDS", A_BUSY_MACHINE_TAKES)
    prefix = f"test-{secrets.token_hex(6)}"
    yield ElasticsearchEngine(elasticsearch_urls, prefix=prefix)
    drop(elasticsearch_urls, prefix)


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=needs_elasticsearch)])
def unfilled(request, tmp_path):
    """An engine that nobody has given anything yet."""
    if request.param == "embedded":
        return EmbeddedEngine(tmp_path / "alone.sqlite3")
    return request.getfixturevalue("elasticsearch_engine")


@pytest.fixture
def engine(unfilled):
    unfilled.clear()
    return unfilled


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("samtale", "De lange samtaler"),
        ("samtaler", "En samtale"),
        ("møde", "Borgermødet er et møde"),
        ("moede", "Møder"),
        ("møde", "Moedet"),
        ("mægle", "Mægling"),
        ("mægling", "Vi mægler"),
        ("CAFÉ", "En cafe"),
        ("e-mail", "Skriv en email"),
        ("mail", "Skriv en e-mail"),
    ],
)
def test_words_meet_in_all_their_forms(engine, query, text):
    engine.index([document(1, body=text), document(2, body="Noget helt andet")])

    assert keys(engine, query) == ["methodcard:1"]


@pytest.mark.parametrize(
    ("query", "compound"),
    [
        ("møde", "borgermødet"),
        ("borger", "borgermødet"),
        ("konflikt", "konflikthåndtering"),
        ("håndtere", "konflikthåndtering"),
        ("boern", "børnehus"),
    ],
)
def test_a_part_of_a_compound_finds_it(engine, query, compound):
    words = "møde borger konflikt håndtering børn hus"
    engine.index([document(1, title=compound), document(2, kind="casestudy", body=words)])

    assert "methodcard:1" in keys(engine, query)


def test_a_compound_that_nobody_wrote_finds_its_parts(engine):
    engine.index([document(1, body="Skolen har en bestyrelse"), document(2, body="En nabo"), document(3, body="Fest")])

    assert set(keys(engine, "nabobestyrelse")) == {"methodcard:1", "methodcard:2"}


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("mægleing", "mægling"),
        ("konfilkt", "konflikt"),
        ("borgerinddragesle", "borgerinddragelse"),
        ("bolgen", "bølgen"),
        ("borgermde", "borgermøde"),
        ("rdgiver", "rådgiver"),
    ],
)
def test_a_slip_of_the_finger_is_corrected_and_said(engine, typed, word):
    engine.index([document(1, body=f"Om {word} her")])

    found = find(engine, f"  {typed} her?")

    assert (found.hits, found.plan.corrected) == (["methodcard:1"], f"  {word} her?")


@pytest.mark.parametrize(
    ("typed", "word", "form"), [("stoj", "støj", "støjen"), ("biblotek", "bibliotek", "biblioteket")]
)
def test_a_correction_is_a_word_in_the_form_that_is_written_somewhere(engine, typed, word, form):
    engine.index([document(1, body=f"Om {form}"), document(2, body=f"Om {form}"), document(3, body=f"Om {word}")])

    assert find(engine, typed).plan.corrected == word


@pytest.mark.parametrize(
    ("typed", "word", "forms"),
    [
        ("jurnalist", "journalist", ("journalistens", "journalisterne")),
        ("borgermøed", "borgermøde", ("borgermødernes", "borgermøderne")),
        ("grifel", "griffel", ("griflen",)),
    ],
)
def test_a_word_that_is_written_in_other_forms_alone_is_told_as_the_dictionary_has_it(engine, typed, word, forms):
    engine.index([document(number, body=f"Om {form}") for number, form in enumerate(forms)])

    assert find(engine, typed).plan.corrected == word
    assert find(engine, typed).total == len(forms)


def test_a_letter_that_is_folded_to_two_is_one_slip(engine):
    engine.index([document(1, body="Borgere og borgerne"), document(2, body="Et borgermøde")])

    assert find(engine, "borgermde").plan.corrected == "borgermøde"


def test_a_literal_query_is_not_corrected(engine):
    engine.index([document(1, body="Om mægling")])

    found = find(engine, "mægleing", literal=True)

    assert (found.hits, found.plan.corrected) == ([], "")


@pytest.mark.parametrize("typed", ["kat", "xyzw", "møxx", "12345", "mxglxng"])
def test_what_is_too_far_off_is_not_corrected(engine, typed):
    engine.index([document(1, body="Om mægling, hat, møde, 12346")])

    assert find(engine, typed).plan.corrected == ""


def test_the_beginning_of_the_last_word_is_enough(engine):
    engine.index([document(1, title="Gallerigang")])

    assert (keys(engine, "galle"), keys(engine, "galle tur")) == (["methodcard:1"], [])


def test_titles_with_a_word_that_begins_so_come_first(engine):
    engine.index(
        [
            document(1, body="Gallerigang"),
            document(2, title="Mødet på gallerigangen"),
            document(3, title="Kunstgallerier"),  # "galleri" is in there
            document(4, title="Mægling"),
        ]
    )

    first, second, third = keys(engine, "galle")
    assert ({first, second}, third) == ({"methodcard:2", "methodcard:3"}, "methodcard:1")


def test_a_beginning_is_not_taken_apart(engine):
    engine.index([document(1, body="Samtalelederne mødes"), document(2, body="En samtale for dem, der vil lede")])

    assert keys(engine, "samtalelede") == ["methodcard:1"]


def test_stop_words_are_left_out_unless_there_is_nothing_else(engine):
    engine.index([document(1, body="Hvad gør jeg"), document(2, body="Mægling")])

    assert (keys(engine, "hvad er mægling"), keys(engine, "hvad")) == (["methodcard:2"], ["methodcard:1"])


@pytest.mark.parametrize("typed", ["lindetræets", "lindetræerne", "lindetræernes"])
def test_a_title_that_is_just_what_was_typed_comes_first_in_whatever_form(engine, typed):
    much = {"headings": ("Lindetræer",), "body": "Lindetræers skygge. " * 20}
    engine.index([document(1, title="Fæld lindetræer", **much), document(2, title="Lindetræ", body="Plant et")])

    assert find(engine, typed).hits == ["methodcard:2", "methodcard:1"]


def test_what_stands_between_hyphens_is_not_all_of_a_title_with_another_word(engine):
    much = {"headings": ("XML-filter",), "body": "Om xml og om filter. " * 20}
    engine.index([document(1, title="Fjern XML-filter", **much), document(2, title="XML-filter", body="Nej")])

    assert find(engine, "xml filteret").hits == ["methodcard:2", "methodcard:1"]


def test_the_title_comes_first(engine):
    body = "Om mægling, mægling og mægling. "
    engine.index([document(1, body=body * 5), document(2, title="Mægling i fem skridt"), document(3, body=body)])

    assert keys(engine, "mægling")[0] == "methodcard:2"


def test_a_document_with_all_words_comes_before_those_with_one(engine):
    engine.index(
        [
            document(1, body="nabo nabo nabo nabo"),
            document(2, body="En klage kom, lang tid efter en nabo flyttede ind ved siden af."),
            document(3, body="klage"),
        ]
    )

    assert keys(engine, "klage nabo")[0] == "methodcard:2"


def test_everyday_words_of_a_theme_find_what_has_it(engine):
    engine.index([document(1, themes=(MEDIATION,)), document(2)])

    assert keys(engine, "nabostrid") == ["methodcard:1"]


def test_an_empty_query_gives_everything_newest_first(engine):
    engine.index([document(number, date=date(2026, 1, number)) for number in (1, 2, 3)])

    assert keys(engine, " ") == ["methodcard:3", "methodcard:2", "methodcard:1"]


def test_a_query_without_a_word_finds_nothing(engine):
    engine.index([document(1)])

    assert keys(engine, "🙂 ?!") == []


FACETED = [
    document(1, minutes=10, participants_from=2, participants_to=4, themes=(MEDIATION,), body="samtale"),
    document(2, minutes=60, participants_from=10, participants_to=100, body="samtale"),
    document(3, kind="toolboxitem", minutes=5, themes=(MEDIATION,), body="samtale"),
    document(4, kind="note", themes=(ThemeOfDocument("klager", "Klager"),), department="Teknik", body="samtale"),
    document(5, kind="casestudy", department="Børn og Unge", body="samtale"),
    document(6, kind="casestudy", department="Teknik", body="samtale"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kinds=frozenset({Kind.METHOD_CARD})), {"methodcard:1", "methodcard:2"}),
        (Filters(theme="maegling"), {"methodcard:1", "toolboxitem:3"}),
        (Filters(minutes=10), {"methodcard:1", "toolboxitem:3"}),
        (Filters(participants=30), {"methodcard:2"}),
        (Filters(minutes=10, theme="maegling", participants=3), {"methodcard:1"}),
        (Filters(theme="findes-ikke"), set()),
        (Filters(department="Teknik"), {"note:4", "casestudy:6"}),
        (Filters(department="Teknik", theme="klager"), {"note:4"}),
        (Filters(department="Tekni"), set()),
    ],
)
def test_filters_narrow(engine, filters, expected):
    engine.index(FACETED)

    assert set(keys(engine, "samtale", filters=filters)) == expected
    assert set(keys(engine, "", filters=filters)) == expected


def test_facets_count_with_the_other_filters_in_force(engine):
    engine.index(FACETED)

    facets = find(engine, "samtale", filters=Filters(kinds=frozenset({Kind.METHOD_CARD}))).facets

    assert facets.kinds == {Kind.METHOD_CARD: 2, Kind.TOOL: 1, Kind.NOTE: 1, Kind.CASE: 2}
    assert facets.themes == [ThemeCount("maegling", "Mægling", 1)]
    assert facets.departments == {}
    assert facets.minutes == {5: 0, 10: 1, 15: 1, 30: 1, 60: 2, 120: 2}


def test_departments_are_counted_with_the_other_filters_in_force(engine):
    engine.index(FACETED)

    everything = find(engine, "samtale").facets
    of_cases = find(engine, "", filters=Filters(kinds=frozenset({Kind.CASE}), department="Teknik")).facets
    engine.index([document(6, kind="casestudy", department="Børn og Unge", body="samtale")])
    engine.remove(["note:4"])

    assert everything.departments == {"Børn og Unge": 1, "Teknik": 2}
    assert of_cases.departments == {"Børn og Unge": 1, "Teknik": 1}
    assert of_cases.kinds == {Kind.NOTE: 1, Kind.CASE: 1}
    assert find(engine, "samtale").facets.departments == {"Børn og Unge": 2}


ODD = {
    "ten kilobytes": "møde i morgen " * 800,
    "a word of ten kilobytes": "møde" * 2500,
    "stop words": "og i at det som",
    "no word": "?!… — ·",
    "quotes": '"møde" \'møde\' »møde« "',
    "wildcards": "m* ?øde [a-z]* %_ ^m.*$",
    "emoji": "👩‍👩‍👧 🇩🇰 møde🙂",
    "nul": "mø\0de \0",
    "half a surrogate pair": "møde \ud83d",
    "right to left": "\u202emøde\u2066 \u200bשלום",
    "accents on accents": "møde" + "\u0301" * 1000,
    "SQL": "møde'; DROP TABLE document; -- ' OR 1=1",
    "query language of SQLite": 'NEAR(møde gang, 2) AND title:"møde" NOT {title body}: *',
    "query language of Lucene": "title:(møde OR +gang) AND [* TO *] møde~2 ^4 \\ /.*/ {!xml}",
    "JSON": '{"query": {"match_all": {}}}',
    "our own signs": "s:møde x:møde =12s \t \n |",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ODD.items()])
def test_odd_text_gets_an_answer(engine, text):
    engine.index([document(1, title="Møde på gangen", department="Teknik", themes=(MEDIATION,), minutes=10)])
    odd = Filters(theme=text, department=text)

    for literal in (False, True):
        found = find(engine, text, literal=literal)
        assert found.total == len(found.hits) <= 1
    assert find(engine, text, filters=odd).total == find(engine, "", filters=odd).total == 0
    assert set(engine.suggest(text, audience=STAFF, limit=8)) <= {"methodcard:1"}
    assert keys(engine, "møde") == ["methodcard:1"]


class TestWhatIsHidden:
    """A note that only person 7 may see, with words that stand nowhere else."""

    @pytest.fixture(autouse=True)
    def note(self, engine):
        engine.index([document(1, body="Om samtaler og gang"), document(2, body="Om mægling og møder")])
        engine.index(
            [
                document(
                    3,
                    kind="note",
                    title="Zebraen",
                    body="Okapisamtalen med zebra og okapi",
                    audience=frozenset({"person:7"}),
                    themes=(ThemeOfDocument("hemmeligt", "Hemmeligt", "zebraer"),),
                    department="Hemmelig",
                    minutes=3,
                )
            ]
        )

    def test_is_found_by_its_owner(self, engine):
        assert keys(engine, "zebra", audience=KAREN) == ["note:3"]

    @pytest.mark.parametrize("query", ["zebra", "okapisamtale", "hemmeligt", "zebraer", "okapi", "zeb"])
    def test_is_not_found_by_others(self, engine, query):
        found = find(engine, query)

        assert ("note:3" in found.hits, found.total) == (False, len(found.hits))

    def test_is_in_no_count(self, engine):
        facets = find(engine, "").facets

        assert (facets.kinds, facets.themes, facets.minutes[5]) == ({Kind.METHOD_CARD: 2}, [], 0)
        assert facets.departments == {}

    def test_lends_no_word_to_corrections(self, engine):
        assert (find(engine, "zebrra").plan.corrected, find(engine, "zebrra", audience=KAREN).plan.corrected) == (
            "",
            "zebra",
        )

    @pytest.mark.parametrize(("typed", "told"), [("zebramed", "zebra med"), ("okapimed", "okapi med")])
    def test_lends_no_word_to_what_ran_together(self, engine, typed, told):
        by_owner, by_other = (find(engine, typed, audience=audience).plan.corrected for audience in (KAREN, STAFF))

        assert (by_owner, by_other) == (told, "")

    def test_is_not_suggested(self, engine):
        assert engine.suggest("zebr", audience=STAFF, limit=8) == []
        assert engine.suggest("zebr", audience=KAREN, limit=8) == ["note:3"]

    def test_nobody_without_tokens_finds_anything(self, engine):
        assert keys(engine, "", audience=frozenset()) == []

    def test_what_is_to_be_left_out_lends_no_correction_either(self, engine):
        found = find(engine, "zebrra", audience=KAREN, without=frozenset({"note:3"}))

        assert (found.plan.corrected, found.hits, found.total) == ("", [], 0)


def test_suggestions_begin_with_what_was_typed(engine):
    engine.index(
        [
            document(1, title="Kort om mægling"),
            document(2, title="Mægling i fem skridt"),
            document(3, kind="theme", title="Mægling"),
            document(4, kind="person", title="Mette Mægler"),
            document(5, body="mægling"),
        ]
    )

    assert engine.suggest("mæg", audience=STAFF, limit=8) == ["theme:3", "methodcard:2", "methodcard:1", "person:4"]
    assert engine.suggest("mægling i f", audience=STAFF, limit=8) == ["methodcard:2"]
    assert engine.suggest("  ?", audience=STAFF, limit=8) == []


def test_themes_are_suggested_but_no_results(engine):
    engine.index([document(1, kind="theme", title="Mægling")])

    assert (keys(engine, "mægling"), keys(engine, "")) == ([], [])


def test_indexing_again_takes_the_place_of_the_old(engine):
    engine.index([document(1, body="mægling")])
    engine.index([document(1, body="møder")])
    engine.index([document(1, body="møder")])

    assert (keys(engine, "mægling", literal=True), keys(engine, "møde")) == ([], ["methodcard:1"])


def test_removing_takes_the_words_too(engine):
    engine.index([document(1, body="mægling")])
    engine.remove(["methodcard:1", "methodcard:1", "note:99"])

    assert (find(engine, "mægleing").plan.corrected, engine.digests()) == ("", {})


def test_withdrawn_words_leave_the_vocabulary_of_those_who_lost_them(engine):
    engine.index([document(1, kind="note", body="zebra")])
    engine.index([document(1, kind="note", body="zebra", audience=frozenset({"person:7"}))])

    assert find(engine, "zebrra").plan.corrected == ""


def test_stored_documents_come_back_as_they_were(engine):
    stored = document(1, title="Æ", headings=("a",), themes=(MEDIATION,), date=date(2026, 1, 2), minutes=3)
    engine.index([stored])

    assert (engine.stored(["methodcard:1", "note:2"]), engine.digests()) == (
        {"methodcard:1": stored},
        {"methodcard:1": stored.digest},
    )


QUERIES = [
    "AND OR NOT",
    'a" OR title:*',
    "NEAR(a b)",
    "* ^ + -",
    "'; DROP TABLE document; --",
    "{title} : x",
    "(((",
    "\\",
]


@pytest.mark.parametrize("query", QUERIES)
def test_query_languages_are_only_words(engine, query):
    engine.index([document(1, body="near and or drop table")])

    find(engine, query)
    engine.suggest(query, audience=STAFF, limit=8)

    assert keys(engine, "near") == ["methodcard:1"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(text=st.text(max_size=200))
@example(text="x" * 10_000)
@example(text="\0\0")
@example(text="ͺ ² ﬁ İ")
def test_any_text_can_be_asked_for_and_stored(engine, text):
    engine.index([document(1, title=text, body=text)])

    find(engine, text)
    find(engine, text, literal=True)
    engine.suggest(text, audience=STAFF, limit=8)


def test_an_empty_text_finds_nothing_in_an_empty_index(engine):
    found = find(engine, "mægling")

    assert (found.hits, found.total, found.facets.kinds, keys(engine, "")) == ([], 0, {}, [])


def test_an_index_is_complete_once_it_was_filled(unfilled):
    was_complete = unfilled.is_complete()

    unfilled.replace([document(1)])

    assert (was_complete, unfilled.is_complete()) == (False, True)


def test_documents_can_be_indexed_before_the_index_was_filled(unfilled):
    unfilled.index([document(1)])
    unfilled.refresh(["methodcard:2"], lambda keys: [document(2)])

    assert (sorted(keys(unfilled, "kort")), unfilled.is_complete()) == (["methodcard:1", "methodcard:2"], False)


def test_refreshing_stores_what_there_is_and_removes_the_rest(engine):
    engine.index([document(1, body="mægling"), document(2, body="mægling"), document(3, body="mægling")])

    engine.refresh(["methodcard:1", "methodcard:2", "note:9"], lambda keys: [document(1, body="mægling igen")])

    assert set(keys(engine, "mægling")) == {"methodcard:1", "methodcard:3"}
    assert engine.digests().keys() == {"methodcard:1", "methodcard:3"}


def test_what_was_removed_can_come_back(engine):
    engine.index([document(1, body="mægling")])
    engine.remove(["methodcard:1"])
    engine.refresh(["methodcard:1"], lambda keys: [])

    engine.refresh(["methodcard:1"], lambda keys: [document(1, body="mægling")])

    assert (keys(engine, "mægling"), engine.stored(["methodcard:1"]).keys()) == (["methodcard:1"], {"methodcard:1"})


def test_a_write_that_fails_leaves_the_index_as_it_was(engine):
    engine.index([document(1, body="mægling")])

    def broken(keys):
        yield document(1, body="møder")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.refresh(["methodcard:1"], broken)
    with pytest.raises(RuntimeError):
        engine.replace(broken([]))

    assert (keys(engine, "mægling"), engine.is_complete()) == (["methodcard:1"], True)


def test_a_new_index_has_what_it_was_given_and_nothing_else(engine):
    engine.index([document(1, body="mægling"), document(2, body="mægling")])
    engine.remove(["methodcard:2"])

    engine.replace(document(number, body="mægling") for number in range(2, 1203))

    assert engine.digests().keys() == {f"methodcard:{number}" for number in range(2, 1203)}
    assert find(engine, "mægling").total == 1201


def test_the_best_hits_are_given_and_all_are_counted(engine):
    engine.replace(document(number, body="mægling") for number in range(MATCH_LIMIT + 7))

    found = find(engine, "mægling")

    assert (len(set(found.hits)), found.total) == (MATCH_LIMIT, MATCH_LIMIT + 7)
    assert found.facets.kinds == {Kind.METHOD_CARD: MATCH_LIMIT + 7}


def test_fewer_hits_are_the_first_of_all(engine):
    engine.replace(
        document(number, title="mægling" * (number % 3 == 0), body="mægling " * (number % 7) + "møde")
        for number in range(1, 2 * RERANKED)
    )
    every = find(engine, "mægling på møde")

    for limit in (1, RERANKED - 1, RERANKED, RERANKED + 1):
        some = find(engine, "mægling på møde", limit=limit)
        assert some.hits == every.hits[:limit]
        assert (some.total, some.facets) == (every.total, every.facets)


def test_the_longest_query_of_words_that_much_is_said_of_has_an_answer(engine):
    single = {phrase[0] for phrase in curated().targets if len(phrase) == 1}
    words = sorted(
        single, key=lambda word: (-sum(len(each.expansions) for each in curated().alternatives([word])), word)
    )
    engine.replace([document(1, title=words[MOST_TERMS - 1])])

    assert find(engine, " ".join(words[:MOST_TERMS])).hits == ["methodcard:1"]


def test_the_old_index_answers_while_the_new_one_is_made(engine):
    engine.replace([document(1, body="mægling")])
    seen = []

    def documents():
        seen.append(keys(engine, "mægling"))
        yield document(2, body="mægling")

    engine.replace(documents())

    assert (seen, keys(engine, "mægling")) == ([["methodcard:1"]], ["methodcard:2"])


class Database:
    """One document that changes, and a `load` that can be held up after it has read."""

    def __init__(self):
        self.state = "mægling"

    def load(self, keys):
        if self.state is None:
            return []
        return [document(1, body=self.state)]


@pytest.mark.parametrize("before", ["mægling", None])
@pytest.mark.parametrize("meanwhile", ["møder", None])
def test_the_older_of_two_states_never_takes_the_place_of_the_newer(engine, before, meanwhile):
    """A worker reads, and before it writes another one reads a newer state and tries to write it."""
    database = Database()
    database.state = before
    held, other = Event(), []

    def slow_load(keys):
        loaded = database.load(keys)
        if not other:
            database.state = meanwhile
            other.append(Thread(target=engine.refresh, args=(["methodcard:1"], database.load)))
            other[0].start()
            held.wait(0.5)  # as long as the other one would need if nothing kept it
        return loaded

    engine.refresh(["methodcard:1"], slow_load)
    other[0].join()

    assert engine.digests() == {each.key: each.digest for each in database.load([])}


def test_many_at_once_end_with_the_last_state(engine):
    state = {f"methodcard:{number}": 0 for number in range(1, 6)}
    lock = Lock()

    def load(keys):
        with lock:
            return [document(int(key.partition(":")[2]), body=f"nummer{state[key]}") for key in keys if state[key] % 3]

    def change_and_refresh(worker):
        random = Random(worker)
        for __ in range(6):
            key = random.choice(sorted(state))
            with lock:
                state[key] += 1
            engine.refresh([key], load)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(change_and_refresh, range(4)))

    changed = [key for key, number in state.items() if number]
    assert engine.digests() == {each.key: each.digest for each in load(changed)}


def test_a_very_long_document_is_found_and_read(engine):
    words = [f"ord{number}" for number in range(20_000)]
    long = document(1, title=" ".join(words[:500]), body=" ".join(words))
    engine.index([long, document(2)])

    assert keys(engine, "ord19999") == ["methodcard:1"]
    assert engine.stored(["methodcard:1"]) == {"methodcard:1": long}
    assert engine.suggest("ord4", audience=STAFF, limit=8) == ["methodcard:1"]


def test_threads_share_an_index(engine):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: engine.index([document(number, body="mægling")]), range(20)))
        found = list(threads.map(lambda number: len(keys(engine, "mægling")), range(4)))

    assert found == [20] * 4


def _index_some(engine, start):
    for number in range(start, start + 10):
        engine.index([document(number, body="mægling")])


def test_processes_share_an_index(engine):
    engine.index([document(100, body="møder")])
    context = multiprocessing.get_context("fork")  # as gunicorn does, with a connection already open
    processes = [context.Process(target=_index_some, args=(engine, start)) for start in (0, 10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert len(keys(engine, "mægling")) == 20


# Alike

WORDS = [
    *("mægling", "nabostrid", "borgermøde", "børnehus", "konflikthåndtering", "samtale", "samtaler", "møde", "mødet"),
    *("klage", "klager", "sagsbehandling", "børn", "unge", "skolebestyrelse", "leder", "stress", "borgerinddragelse"),
    *("nabo", "lytte", "spørgsmål", "dialogen", "grænser", "telefon", "afslag", "sag", "sagen", "overblik"),
]


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_both_engines_answer_alike(tmp_path, elasticsearch_engine):
    random = Random(11)
    kinds = ["methodcard", "casestudy", "toolboxitem", "note", "person", "theme"]
    themes = [ThemeOfDocument(word, word.capitalize()) for word in WORDS[:5]]
    audiences = [STAFF, frozenset({"person:7"}), frozenset({"corps"}), KAREN]
    documents = [
        document(
            number,
            kind=random.choice(kinds),
            title=" ".join(random.choices(WORDS, k=random.randint(1, 4))).capitalize(),
            headings=(" ".join(random.choices(WORDS, k=3)),),
            body=" ".join(random.choices(WORDS, k=random.randint(5, 80))),
            audience=random.choice(audiences),
            themes=tuple(random.sample(themes, k=random.randint(0, 2))),
            department=random.choice(["", "Teknik", "Børn og Unge"]),
            minutes=random.choice([None, 5, 20, 60]),
            participants_from=random.choice([None, 2]),
            participants_to=random.choice([None, 10]),
            date=random.choice([None, date(2026, 1, 3), date(2026, 2, 1)]),
        )
        for number in range(80)
    ]
    embedded = EmbeddedEngine(tmp_path / "alike.sqlite3")
    queries = [" ".join(random.choices(WORDS, k=random.randint(1, 3))) for __ in range(25)]
    queries += ["", "mægl", "sagsbeh", "moedet", "konflkit naboe", "boernehus", "samtlae", "hvad er en sag"]
    asked = [
        Query(text=text, audience=audience, filters=filters, without=without, literal=literal)
        for text in queries
        for audience, filters, without, literal in [
            (STAFF, Filters(), frozenset(), False),
            (KAREN, Filters(kinds=frozenset({Kind.NOTE, Kind.METHOD_CARD}), minutes=30), frozenset(), False),
            (KAREN | {"corps"}, Filters(theme=WORDS[1]), frozenset({documents[0].key, documents[1].key}), True),
            (STAFF, Filters(department="Teknik"), frozenset(), False),
        ]
    ]

    embedded.replace(documents)
    elasticsearch_engine.replace(documents)

    for query in asked:
        one, other = embedded.find(query), elasticsearch_engine.find(query)
        assert (query, one.plan, one.total, one.facets) == (query, other.plan, other.total, other.facets)
        # Without words there is an order by day alone.
        assert (query, one.hits) == (query, other.hits) or not query.text
        assert set(one.hits) == set(other.hits)
        typed = query.text[: len(query.text) // 2 + 2]
        suggested = [each.suggest(typed, audience=query.audience, limit=8) for each in (embedded, elasticsearch_engine)]
        assert (typed, suggested[0]) == (typed, suggested[1])


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("folder", FRESH, ids=lambda folder: folder.name)
def test_both_engines_understand_alike_what_people_type(tmp_path, elasticsearch_engine, folder):
    texts = [json.loads(line) for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = [
        document(number, title=text["title"], headings=tuple(text["headings"]), body=text["body"])
        for number, text in enumerate(texts)
    ]
    embedded = EmbeddedEngine(tmp_path / "alike.sqlite3")

    embedded.replace(documents)
    elasticsearch_engine.replace(documents)

    for query in read_queries(folder / "queries.jsonl"):
        one, other = find(embedded, query.text), find(elasticsearch_engine, query.text)
        if one.plan.corrected != other.plan.corrected:
            # Of several words that have the stem that was meant, either may be told: "udeblev", "udeblivelsen".
            told = [term_of(each.plan.corrected).stems for each in (one, other)]
            assert (query.text, told[0]) == (query.text, told[1])
            continue
        assert (query.text, one.plan, one.total, one.facets) == (query.text, other.plan, other.total, other.facets)
        assert (query.text, one.hits[:10]) == (query.text, other.hits[:10])
