"""A model is trained with a truth, with verdicts, or with neither, and its report is written beside it."""

import csv
import json
import random
from collections import defaultdict
from itertools import combinations
from math import log2

import pytest
from click.testing import CliRunner

from resolver.cli.main import main
from resolver.cli.record_lines import read_records
from resolver.jobs.batch import scored_candidates
from resolver.jobs.corpus import corpus_of
from resolver.linkage.comparisons import COMPARISONS, DOCUMENT
from resolver.linkage.model import load_model
from resolver.synthetic import generate_records
from resolver.synthetic.writer import write_files

RECORDS = 1_500
LEARNED = [comparison for comparison in COMPARISONS if all(level.weight is None for level in comparison.levels)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    paths = folder / "records.jsonl", folder / "truth.csv"
    list(write_files(generate_records(404, RECORDS), *paths))
    return paths


@pytest.fixture(scope="module")
def same_pairs(files):
    with files[1].open(newline="") as file:
        records_of = defaultdict(list)
        for row in csv.DictReader(file):
            records_of[row["person"]].append(row["record"])
    return [pair for records in records_of.values() for pair in combinations(records, 2)]


def train(*arguments, fails=0):
    command = ["train", "--sampled-pairs", "2e4", *map(str, arguments)]
    found = CliRunner().invoke(main, command, catch_exceptions=False)
    assert found.exit_code == fails, found.output
    return found.output


def trained(folder):
    (found,) = folder.iterdir()
    return found, load_model(found)


@pytest.fixture(scope="module")
def by_truth(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-truth")
    train("--records", files[0], "--truth", files[1], "--output", folder)
    return trained(folder)


@pytest.fixture(scope="module")
def by_nothing(files, tmp_path_factory):
    """Trained without a truth, with a report on other records."""
    folder = tmp_path_factory.mktemp("by-nothing")
    others = folder / "others.jsonl", folder / "others.csv"
    list(write_files(generate_records(5, 300), *others))
    other = "--evaluate-records", others[0], "--evaluate-truth", others[1]
    output = train("--records", files[0], "--output", folder / "models", "--json", *other)
    found = trained(folder / "models")
    assert json.loads(output.splitlines()[-1]) == {
        "model": found[1].name,
        "folder": str(found[0]),
        "report": str(found[0] / "report.html"),
    }
    return found


@pytest.fixture(scope="module")
def by_verdicts(files, same_pairs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-verdicts")
    chosen = random.Random(1).sample(same_pairs, 1_200)
    verdicts = folder / "verdicts.csv"
    verdicts.write_text("record_l,record_r,verdict\n" + "".join(f"{one},{other},SAME\n" for one, other in chosen))
    chosen_holding = "--holding", 9_000_000
    train("--records", files[0], "--labels", verdicts, "--output", folder / "models", "--no-report", *chosen_holding)
    return trained(folder / "models")


def test_a_model_is_for_a_holding_of_the_size_that_was_told_or_of_the_worlds(by_truth, by_verdicts):
    assert by_truth[1].frequencies.holding == 450_000
    assert by_verdicts[1].frequencies.holding == 9_000_000


def test_the_report_stands_beside_a_model_that_still_fits_its_name(by_truth):
    folder, model = by_truth
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert model.name in html
    assert "Missed because never compared" in html
    assert "These are the records that the model was trained on" in html


def test_without_a_truth_the_report_says_what_each_session_looked_at(by_nothing):
    folder, model = by_nothing
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "session on pairs with equal the day of birth" in html
    assert "Estimates of m by session" in html
    assert model.description["method"] == "expectation maximisation"


@pytest.mark.parametrize("how", ["by_nothing", "by_verdicts"])
def test_m_learned_without_a_truth_is_near_that_counted_with_one(by_truth, how, request):
    expected, found = by_truth[1].levels, request.getfixturevalue(how)[1].levels
    learned = [comparison.code(level) for comparison in LEARNED for level in comparison.levels]
    far = {code: (expected[code].m, found[code].m) for code in learned if abs(expected[code].m - found[code].m) > 0.12}
    assert len(far) <= len(learned) // 20, far
    assert sum(expected[code].m > 0.1 for code in learned) >= 12


def test_matches_among_the_records_do_not_pass_for_strangers_who_share_a_document(by_nothing, files, same_pairs):
    """A tenth of the records' pairs within a nationality are matches: taken for strangers, u would be near 0.01."""
    document = DOCUMENT.code(next(level for level in DOCUMENT.levels if level.code == "same"))
    assert by_nothing[1].levels[document].u < 1e-3
    assert len(same_pairs) / (RECORDS * (RECORDS - 1) / 2) > 1e-3


def test_a_level_that_few_verdicts_could_show_is_not_taken_for_impossible(by_verdicts):
    _, model = by_verdicts
    assert model.description["method"] == "counted from 1200 verdicts"
    levels = [comparison.code(level) for comparison in LEARNED for level in comparison.levels]
    assert min(model.levels[code].m for code in levels) > 0.5 / 1_300
    for comparison in LEARNED:
        assert sum(model.levels[comparison.code(level)].m for level in comparison.levels) == pytest.approx(1)


def test_the_report_may_be_about_other_records(by_nothing):
    html = (by_nothing[0] / "report.html").read_text(encoding="utf-8")
    assert "These are not the records that the model was trained on" in html
    assert "300 records of" in html


def test_a_report_can_be_left_out(by_verdicts):
    assert sorted(path.name for path in by_verdicts[0].iterdir()) == [
        "manifest.json",
        "parameters.json",
        "term_frequencies.json",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--truth", "TRUTH", "--labels", "TRUTH"], "not both"),
        (["--evaluate-records", "RECORDS"], "go together"),
        (["--no-report", "--evaluate-records", "RECORDS", "--evaluate-truth", "TRUTH"], "--no-report leaves out"),
    ],
)
def test_options_that_contradict_each_other_are_refused(files, tmp_path, options, says):
    named = {"RECORDS": files[0], "TRUTH": files[1]}
    shown = train("--records", files[0], "--output", tmp_path, *(named.get(each, each) for each in options), fails=2)
    assert says in shown


def test_wrong_files_are_told_by_name_and_line(files, same_pairs, tmp_path):
    first, second = files[0].read_text(encoding="utf-8").splitlines()[:2]
    broken = tmp_path / "broken.jsonl"
    broken.write_text(f"{first}\n{{nonsense\n")
    assert "broken.jsonl, line 2: not a record" in train("--records", broken, "--output", tmp_path, fails=1)
    broken.write_text(f"{first}\n{second}\n{first}\n")
    assert "comes twice" in train("--records", broken, "--output", tmp_path, fails=1)
    truth = tmp_path / "truth.csv"
    truth.write_text("record,person\nsources/x/records/1,p\n")
    shown = train("--records", files[0], "--truth", truth, "--output", tmp_path, fails=1)
    assert "the truth lacks the record" in shown
    broken.write_text(first)
    assert "no two records agree" in train("--records", broken, "--output", tmp_path, fails=1)
    few = tmp_path / "few.csv"
    one, other = same_pairs[0]
    few.write_text(f"record_l,record_r,verdict\n{one},{other},SAME\n")
    shown = train("--records", files[0], "--labels", few, "--output", tmp_path, fails=1)
    assert "few.csv: 1 verdicts say SAME; at least 100 are needed" in shown
    few.write_text(f"record_l,record_r,verdict\n{one},{other},PERHAPS\n")
    shown = train("--records", files[0], "--labels", few, "--output", tmp_path, fails=1)
    assert "few.csv, line 2, column verdict" in shown


def test_sums_of_weights_fit_the_records_that_a_truth_is_known_of(by_truth, files):
    """A weight's surprise at who the two are is half a bit a candidate pair; by m and u alone it is a whole one."""
    with files[1].open(newline="") as file:
        person = {row["record"]: row["person"] for row in csv.DictReader(file)}
    corpus = corpus_of(read_records(files[0]), person)
    connection, _ = scored_candidates(corpus.records, by_truth[1])
    with connection:
        pairs = connection.execute("SELECT left_number, right_number, match_weight FROM scored").fetchall()
    odds = [weight - log2(RECORDS / 20_000) for _, _, weight in pairs]
    same = [corpus.persons[left] == corpus.persons[right] for left, right, _ in pairs]
    surprise = [log2(1 + 2 ** (-bits if one else bits)) for bits, one in zip(odds, same, strict=True)]
    assert 0.3 < sum(surprise) / len(pairs) < 0.7
