"""The measure of the bench, against values computed by hand: a gain of 3 or 1, divided by log2 of place + 1."""

from __future__ import annotations

import json

import pytest

from bench.search.ndcg import JudgedQuery, by_class, ndcg, read_queries, read_run

GRADES = {"meant": 2, "useful": 1}
IDEAL = 3 + 1 / 1.5849625  # log2(3)


def test_ndcg_is_one_for_the_best_order():
    assert ndcg(["meant", "useful", "other"], GRADES) == pytest.approx(1)


def test_ndcg_discounts_what_comes_late():
    assert ndcg(["other", "useful", "meant"], GRADES) == pytest.approx((1 / 1.5849625 + 3 / 2) / IDEAL)


def test_ndcg_counts_a_document_once_and_ten_places():
    others = [f"other-{number}" for number in range(9)]

    assert ndcg(["useful", "useful", "meant"], GRADES) == pytest.approx((1 + 3 / 1.5849625) / IDEAL)
    assert ndcg([*others, "meant", "useful"], GRADES) == pytest.approx(3 / 3.4594316 / IDEAL)  # log2(11)


def test_ndcg_of_nothing_found_is_zero():
    assert ndcg([], GRADES) == 0


def test_by_class_means_each_class_and_all():
    queries = [
        JudgedQuery("1", "typo", "x", {"a": 2}),
        JudgedQuery("2", "typo", "y", {"b": 2}),
        JudgedQuery("3", "compound", "z", {"c": 1}),
    ]

    assert by_class(queries, {"1": ["a"], "3": ["c"]}) == {"compound": 1.0, "typo": 0.5, "all": pytest.approx(2 / 3)}


def test_files_are_read(tmp_path):
    query = {"qid": "1", "cls": "prefix", "q": "mæg", "prefix": True, "qrels": {"a": 2}, "split": "dev"}
    (tmp_path / "queries.jsonl").write_text(json.dumps(query) + "\n", encoding="utf-8")
    (tmp_path / "run").write_text("1 Q0 b 2 9 x\n1 Q0 a 1 10 x\n", encoding="utf-8")

    assert read_queries(tmp_path / "queries.jsonl") == [JudgedQuery("1", "prefix", "mæg", {"a": 2}, True, "dev")]
    assert read_run(tmp_path / "run") == {"1": ["a", "b"]}
