"""The page and the plot of a measurement: every line of what is asked, every peer, also one that failed."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

from benchmarks.performance.asked import asked_figures
from benchmarks.performance.page import page
from benchmarks.performance.plot import plot
from tests.benchmarks.examples import performance


def cells(text, begins):
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {begins}")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_all_that_is_asked_has_its_line():
    found = performance()
    text = page(found)
    for each in asked_figures(found):
        assert cells(text, each.what)[1:3] == [each.asked, each.measured]


def test_tables_are_whole():
    """Every row has as many cells as the head of its table."""
    lines = page(performance()).splitlines()
    for before, line in pairwise(lines):
        if before.startswith("|") and line.startswith("|"):
            assert before.count("|") == line.count("|"), line


def test_a_peer_stands_beside_our_run_on_the_same_records():
    row = cells(page(performance()), "recordlinkage")
    assert row[1:5] == ["6,000", "4.0 (compare 4.0)", "1,500", "2.00"]
    assert row[5] == "0.7500 / 0.6000 / 0.6667"


def test_a_peer_that_was_ended_says_so():
    assert cells(page(performance()), "dedupe")[2] == "ended after 60 s, its share of time"


def test_the_plot_names_every_size_and_is_the_same_for_the_same_figures(tmp_path):
    for name in ("one.svg", "other.svg"):
        plot(performance().stores, tmp_path / name)
    assert ElementTree.parse(tmp_path / "one.svg").getroot().tag.endswith("svg")
    text = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert "450,000" in text
    assert text == (tmp_path / "other.svg").read_text(encoding="utf-8")
