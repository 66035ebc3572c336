"""The report is one page that needs nothing but itself, and shows what was learned and where it goes wrong."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from resolver.identity.policy import STANDARD
from resolver.jobs.corpus import Corpus
from resolver.jobs.report import judge, report
from resolver.jobs.report_page import Figure, Section, Table, page
from resolver.jobs.worst_pairs import worst_pairs
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.em_blocks import EM_BLOCKS
from resolver.linkage.model import shipped_model
from resolver.linkage.training import EmSession, Trained
from resolver.standardise.record import standardise
from resolver.synthetic import generate_records

MODEL = shipped_model()
TRAINED = Trained(MODEL.levels, MODEL.frequencies)


@pytest.fixture(scope="module")
def known(corpus):
    persons = [one.person for one in generate_records(seed=11, records=len(corpus))]
    records = corpus[:700]
    comparable = tuple(standardise(record) for record in records)
    return Corpus(tuple(record.name for record in records), comparable, tuple(persons[:700]))


@pytest.fixture(scope="module")
def judgement(known):
    return judge(known, MODEL, STANDARD, lambda _: None, own=False)


@pytest.fixture(scope="module")
def shown(known, judgement):
    return report(MODEL, TRAINED, known, judgement, date(2026, 1, 2))


def charts(html):
    texts = re.findall(r'<script type="application/json" id="[^"]+">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in texts]


def without_libraries(html):
    return re.sub(r"<script>(?!\nconst shown).*?</script>", "", html, flags=re.DOTALL)


def test_the_page_names_no_address_and_forbids_to_fetch_any(shown):
    assert "default-src 'none'" in shown
    own = without_libraries(shown)
    assert "vegaEmbed(box" in own
    assert not re.search(r"https?:|src=|@import|<link", own)


def test_every_chart_has_a_box_and_data(shown):
    found = charts(shown)
    assert len(found) == shown.count('<div class="chart"') > 10
    for chart in found:
        assert chart.get("data", {}).get("values") or chart["datasets"]["data"]


def test_it_says_what_was_trained_and_that_values_are_printed(shown):
    assert MODEL.name in shown
    assert "2026-01-02" in shown
    assert "personal data" in shown
    assert "not the records that the model was trained on" in shown
    for name in MODEL.description:
        assert name.replace("_", " ") in shown


def test_a_report_on_the_training_set_says_so(known, judgement):
    html = report(MODEL, TRAINED, known, replace(judgement, own=True), date(2026, 1, 2))
    assert "These are the records that the model was trained on" in html


def test_without_a_truth_it_shows_the_model_alone_and_says_why(known):
    sessions = (EmSession(EM_BLOCKS[0], 1234, 98765),)
    html = report(MODEL, replace(TRAINED, sessions=sessions), known, None, date(2026, 1, 2))
    assert "98,765 of common values left out" in html
    assert "Thresholds" not in html
    assert "without a truth" in html.lower()


def test_the_curve_ends_at_the_true_pairs_that_were_compared(shown, judgement):
    """Splink's recall at the lowest threshold is the share of true pairs that are candidates."""
    (curve,) = (chart for chart in charts(shown) if chart.get("title") == "Precision-recall curve")
    persons = judgement.persons
    compared = judgement.batch.connection.table("scored").select("left_number, right_number").fetchall()
    right = sum(persons[left] == persons[other] for left, other in compared)
    lowest = min(curve["data"]["values"], key=lambda each: each["truth_threshold"])
    assert lowest["tp"] == right
    assert lowest["p"] == judgement.evaluation.pairs.true
    assert lowest["fp"] == len(compared) - right


def test_the_worst_pairs_are_what_their_sections_say(judgement):
    batch, persons = judgement.batch, judgement.persons
    identity = {record: group[0] for group in batch.groups for record in group}
    found = worst_pairs(batch, persons, 8)
    candidates = set(batch.connection.table("candidates").fetchall())
    assert found.missed
    assert found.never_compared
    assert len(found.false) == 8
    for pair in (*found.missed, *found.never_compared):
        assert persons[pair.left] == persons[pair.right]
        assert identity[pair.left] != identity[pair.right]
        assert not pair.united
    assert all((pair.left, pair.right) in candidates for pair in found.missed)
    assert not any((pair.left, pair.right) in candidates for pair in found.never_compared)
    weights = [pair.weight for pair in found.missed]
    assert weights == sorted(weights)
    for pairs in (found.never_compared, found.false):
        assert [pair.weight for pair in pairs] == sorted((pair.weight for pair in pairs), reverse=True)
    for pair in found.false:
        assert persons[pair.left] != persons[pair.right]
        assert pair.united == (identity[pair.left] == identity[pair.right])
    heaviest = max(
        (pair.weight for pair in batch.pairs if persons[pair.left] != persons[pair.right]),
        default=found.false[0].weight,
    )
    assert found.false[0].weight == heaviest


def test_a_waterfall_ends_at_the_weight_of_its_pair(shown, judgement):
    worst = worst_pairs(judgement.batch, judgement.persons, 10)
    expected = [pair.weight for pairs in (worst.missed, worst.never_compared, worst.false) for pair in pairs]
    waterfalls = [chart for chart in charts(shown) if "waterfall" in str(chart.get("title"))]
    finals = [chart["data"]["values"][-1]["log2_bayes_factor"] for chart in waterfalls]
    assert finals == pytest.approx(expected, abs=1e-9)
    for chart in waterfalls:
        *steps, final = (each["log2_bayes_factor"] for each in chart["data"]["values"])
        assert sum(steps) == pytest.approx(final, abs=1e-6)


def test_contacts_are_not_printed_among_frequent_values(known, shown):
    section = shown[shown.index(">Frequent and rare values</h2>") :].partition("</section>")[0]
    contacts = {contact for record in known.records for contact in record.contacts}
    assert contacts
    assert not any(contact in section for contact in contacts)


def test_what_a_record_states_cannot_become_part_of_the_page():
    bad = "</script><b>&"
    figure = Figure({"data": {"values": [{"x": bad}]}}, bad, table=Table((bad,), ((bad,),)))
    html = page(bad, bad, bad, [Section(bad, (bad,), [figure])])
    assert bad not in without_libraries(html)
    assert charts(html)[0]["data"]["values"] == [{"x": bad}]


def test_the_charts_name_every_comparison(shown):
    for comparison in COMPARISONS:
        assert comparison.name in shown
