"""The baked lexicon: what the command makes of a small dictionary, and what the shipped files promise."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.danish.analysis import analyse
from search.danish.lexicon import FOLDER, UNLISTED, Kind, Lemma, Lexicon, lexicon

AFFIXES = """\
SFX 2 Y 2
SFX 2 0 en/34 [^e]
SFX 2 0 n/34 e
SFX 11 Y 2
SFX 11 0 er/34 [^e]
SFX 11 0 r/34 e
SFX 10 Y 1
SFX 10 0 s/34 .
SFX 29 Y 1
SFX 29 0 s/32,35,36 .
SFX 31 Y 1
SFX 31 0 0/32,35,36 .
SFX 74 Y 1
SFX 74 0 ne/34 .
SFX 24 Y 1
SFX 24 0 e .
SFX 20 Y 2
SFX 20 0 r/34 e
SFX 20 e 0/34 e +IMPERATIV
"""
WORDS = """\
14
sag/10,2,11,29
plan/10,2,11,31
sagsplan/10,2,11,31
barn/10
børn/74,10
tryg/24
gå al:gik
gik st:gå
Karen/10
skift/10,2,11
skifte/20
lære/20
læ/10
lær/11 st:læ
ro/10
roe/20
to ord
"""


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "index.aff").write_text(AFFIXES, encoding="utf-8")
    (tmp_path / "index.dic").write_text(WORDS, encoding="utf-8")
    (tmp_path / "frequencies.txt").write_text(
        "sag 0.001\nsagen 0.001\nplan 0.0001\nord 0.1\nlære 0.0001\nro 0.01\n", encoding="utf-8"
    )
    return tmp_path


def bake(sources: Path, name: str = "baked") -> Path:
    call_command("build_lexicon", sources, sources / "frequencies.txt", to=sources / name)
    return sources / name


def words(lexicon: Lexicon, form: str) -> list[str]:
    return [lemma.word for lemma in lexicon.lemmas_of(form)]


class TestBaking:
    @pytest.mark.parametrize(
        ("form", "lemmas"),
        [
            ("sagen", ["sag"]),
            ("sags", ["sag"]),
            ("børnene", []),
            ("børnne", ["barn"]),
            ("gik", ["gå"]),
            ("trygge", []),
            ("karens", ["karen"]),
            ("ord", []),
            ("skift", ["skift", "skifte"]),
            ("lær", ["lære"]),  # which is so much commoner than læ
            ("ro", ["ro"]),  # so common a word is hardly the imperative of roe
        ],
    )
    def test_all_forms_of_a_word_are_known(self, sources, form, lemmas):
        assert words(Lexicon(bake(sources)), form) == lemmas

    def test_words_inside_compounds_are_known_with_their_links(self, sources):
        inner = list(Lexicon(bake(sources)).inner_at("sagsplan", 0))

        assert [(each.lemma.word, each.end, each.after) for each in inner] == [("sag", 3, 4), ("sagsplan", 8, 8)]

    def test_a_compound_that_is_bent_as_its_last_part_is_marked(self, sources):
        baked = Lexicon(bake(sources))

        assert baked.lemmas_of("sagsplanen") == (Lemma("sagsplan", Kind.NOUN | Kind.COMPOUND),)
        assert baked.lemmas_of("planer") == (Lemma("plan", Kind.NOUN),)

    def test_frequencies_of_all_forms_are_added_up(self, sources):
        baked = Lexicon(bake(sources))

        assert (round(baked.zipf("sag"), 1), baked.zipf("plan"), baked.zipf("barn")) == (6.3, 5.0, UNLISTED)

    def test_the_same_sources_give_the_same_files(self, sources):
        first, second = bake(sources, "first"), bake(sources, "second")

        assert {file.name: file.read_bytes() for file in first.iterdir()} == {
            file.name: file.read_bytes() for file in second.iterdir()
        }

    def test_a_missing_source_is_named(self, sources):
        (sources / "index.dic").unlink()

        with pytest.raises(CommandError, match=r"index\.dic"):
            bake(sources)

    def test_a_line_without_a_frequency_is_refused(self, sources):
        (sources / "frequencies.txt").write_text("sag\n", encoding="utf-8")

        with pytest.raises(CommandError, match=r"frequencies\.txt"):
            bake(sources)


def test_all_forms_of_a_thousand_words_share_a_token_with_them():
    """Consistency before grammar: a word is found in every form that the lexicon has of it."""
    for form in random.Random(4).sample(sorted(lexicon().forms()), 1000):
        for lemma in lexicon().lemmas_of(form):
            assert set(analyse(lemma.word).lemmas) & set(analyse(form).lemmas), (form, lemma)


@pytest.mark.parametrize(("imperative", "verb"), [("stil", "stille"), ("skift", "skifte"), ("lær", "lære")])
def test_an_imperative_shares_a_token_with_its_verb_where_it_is_another_word_too(imperative, verb):
    assert set(analyse(verb).lemmas) & set(analyse(imperative).lemmas)


def test_a_look_up_may_be_made_by_many_threads():
    asked = ["børnene", "borgermødet", "gik", "sagsbehandleren"] * 200
    alone = [analyse.__wrapped__(word) for word in asked]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analyse.__wrapped__, asked)) == alone


def test_the_shipped_lexicon_is_small_and_carries_its_notices():
    sizes = {file.name: file.stat().st_size for file in FOLDER.iterdir()}

    assert sum(sizes.values()) < 3_500_000
    assert {"NOTICE.md", "LICENSE-MPL-1.1.txt", "LICENSE-CC-BY-SA-4.0.txt"} < sizes.keys()


def test_the_lexicon_takes_little_memory_of_a_process():
    """Measured in a process of its own, with many words looked up."""
    script = """
import resource, marisa_trie, search.danish.words
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from search.danish.lexicon import lexicon
for form in ["børnene", "borgermøde", "gik", "xyz"] * 1000:
    lexicon().lemmas_of(form)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 10_000  # kilobytes
