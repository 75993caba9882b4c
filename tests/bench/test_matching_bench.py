import json

import pytest

from bench.matching import __main__ as bench
from bench.matching.cases import CASES
from bench.matching.municipality import Corps, instance_of

SMALL = {
    "round": Corps(kind="round", people=12, departments=4, everybody=True),
    "plan": Corps(kind="plan", people=12, departments=4, days=3),
    "repair": Corps(kind="repair", people=20, departments=4, days=2, ill=0.2),
    "buddies": Corps(kind="buddies", people=12, departments=4),
    "booking": Corps(kind="booking", people=30, departments=4, questions=5),
}


def table(capsys, monkeypatch, *options):
    """The cells by row and column."""
    monkeypatch.setattr("sys.argv", ["bench.matching", "--again", "1", *options])
    bench.main()
    heading, _line, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()
    )
    return {row[0]: dict(zip(heading[1:], row[1:], strict=True)) for row in rows}


def test_every_kind_is_measured_beside_what_one_would_have_without(monkeypatch, capsys):
    monkeypatch.setattr(bench, "CASES", SMALL)

    cells = table(capsys, monkeypatch, "--quick")

    assert {name.partition(": ")[0] for name in cells} == set(SMALL)
    assert {row["breaches"] for row in cells.values()} == {"0"}
    assert {cells[f"{kind}: product"]["same bytes"] for kind in SMALL} == {"1 of 1"}
    assert cells["round: product"]["of the bound"] == "100 %"
    assert cells["round: product"]["gain"] == cells["round: best of each day (networkx)"]["gain"]
    assert cells["repair: product"]["orphans placed"]


def test_files_of_a_folder_are_measured_in_the_place_of_ours(tmp_path, monkeypatch, capsys):
    (tmp_path / "own.json").write_text(json.dumps(instance_of("own", SMALL["buddies"])), encoding="utf-8")

    cells = table(capsys, monkeypatch, "--instances", str(tmp_path))

    assert list(cells) == ["own: product", "own: by chance", "own: greedy", "own: best of each day (networkx)"]


def test_quick_leaves_the_large_ones_out(monkeypatch, capsys):
    monkeypatch.setattr(bench, "CASES", {"large": Corps(kind="round", people=400, departments=4)})

    assert table(capsys, monkeypatch, "--quick") == {}


@pytest.mark.parametrize(("share", "told"), [(1, "100"), (0.9999999, "99.9999"), (0.5, "50")])
def test_share_is_rounded_down(share, told):
    assert bench._rounded_down(share) == told


def test_cases_are_of_every_kind_and_size():
    assert {corps.kind for corps in CASES.values()} == {"round", "plan", "repair", "buddies", "booking"}
    assert max(corps.people for corps in CASES.values()) == 10_000
