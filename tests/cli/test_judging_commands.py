"""resolver review, verdict, identity --golden and --as-of, explain --language: what people do with identities."""

import json

import pytest

SAYS = ("--examiner", "ex-1", "--reason", "compared the photographs")


@pytest.fixture
def two(put, record):
    """Two records of two people, by their receipts."""
    return put(record("1")), put(record("2", other=True))


@pytest.fixture
def child(put, record):
    """A task: a child's record agrees with another in everything."""
    put(record("1"))
    (task,) = put(record("2") | {"minor": "MINOR_YES"})["reviewTasksRaised"]
    return task


def test_a_verdict_is_given_listed_shown_and_withdrawn(run, two):
    one, other = (each["record"] for each in two)
    shown = run("verdict", "give", one, other, "same", *SAYS, "--basis", "court").output
    assert f"{one} and {other} are SAME (COURT)" in shown
    assert "MERGED: Two or more identities became one." in shown
    (listed,) = run.json("verdict", "list", "--record", other)
    assert listed["examiner"] == "ex-1"
    assert listed["name"] in run("verdict", "list", "--record", one, "--state", "standing").output
    assert run("verdict", "list", "--record", one, "--state", "pending").output == ""
    number = listed["name"].removeprefix("verdicts/")
    back = run("verdict", "withdraw", number, "--examiner", "ex-2", "--reason", "the photographs were mixed up").output
    assert "SPLIT: An identity came apart." in back
    told = run("verdict", "show", number).output
    for words in ("WITHDRAWN", "by ex-1: compared the photographs", "by ex-2: the photographs were mixed up"):
        assert words in told
    assert run.json("verdict", "show", number)["state"] == "VERDICT_STATE_WITHDRAWN"


def test_a_dry_run_of_a_verdict_stores_nothing(run, two):
    one, other = (each["record"] for each in two)
    assert "nothing was stored" in run("verdict", "give", one, other, "same", *SAYS, "--dry-run").output
    assert run.json("verdict", "list", "--record", one) == []


def test_identities_are_merged_and_split_and_a_stale_version_is_refused(run, two):
    one, other = (each["identity"].removeprefix("identities/") for each in two)
    assert "(ETAG_MISMATCH)" in run("verdict", "merge", one, other, *SAYS, "--etag", '"0"', fails=1).output
    merged = run.json("verdict", "merge", one, other, *SAYS)
    assert merged["decision"]["kind"] == "DECISION_KIND_MERGED"
    assert f"retired, by {merged['decision']['name']} (MERGED)" in run("identity", other).output
    run("verdict", "withdraw", merged["verdicts"][0]["name"], "--examiner", "ex-1", "--reason", "a mistake")
    assert run.json("identity", other)["identity"]["records"] == [two[1]["record"]]


def test_an_identity_is_split_by_its_records(run, put, record):
    decisions = [put(record(key)) for key in "123"]
    shown = run.json("verdict", "split", decisions[0]["identity"], decisions[1]["record"], *SAYS)
    assert shown["decision"]["kind"] == "DECISION_KIND_SPLIT"
    left = run.json("identity", decisions[0]["identity"])["identity"]["records"]
    assert left == [decisions[0]["record"], decisions[2]["record"]]


def test_a_contradiction_is_told_with_the_verdicts_that_stand_in_the_way(run, put, record, two):
    one, other = (each["record"] for each in two)
    third = put(record("3", other=True))["record"]
    run("verdict", "give", one, other, "same", *SAYS)
    run("verdict", "give", other, third, "same", *SAYS)
    told = run("verdict", "give", one, third, "different", *SAYS, fails=1).output
    assert "(VERDICT_CONTRADICTS)" in told
    assert told.index(f"{one} and {other} are SAME") < told.index(f"{other} and {third} are SAME")


def test_what_asks_for_a_second_person_waits_for_one(run, put, record):
    one = put(record("1"))["record"]
    young = put(record("2", other=True) | {"minor": "MINOR_YES"})["record"]
    told = run("verdict", "give", one, young, "same", *SAYS).output
    assert "Nothing is decided until a second person confirms." in told
    assert "awaited: a child is involved" in told
    (verdict,) = run.json("verdict", "list", "--record", one)
    assert (
        "(SECOND_PERSON_REQUIRED)" in run("verdict", "confirm", verdict["name"], "--examiner", "ex-1", fails=1).output
    )
    assert "MERGED" in run("verdict", "confirm", verdict["name"], "--examiner", "ex-2").output


def test_a_task_is_listed_shown_claimed_and_resolved(run_fresh, tmp_path, record):
    run = run_fresh
    for key, young in (("1", {}), ("2", {"minor": "MINOR_YES"})):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record(key) | young))
        run("resolve", path)
    (task,) = run.json("review", "list", "--country", "IRQ", "--reason", "minor", "--unclaimed")
    name = task["name"].removeprefix("reviewTasks/")
    assert task["name"] in run("review", "list").output
    assert "No such task" in run("review", "list", "--country", "FRA").output
    shown = run("review", "show", name, "--language", "fr").output
    assert "a child is involved (MINOR)" in shown
    assert "document de voyage" in shown
    assert run.json("review", "show", name)["explanation"]["refusals"] == ["REVIEW_REASON_MINOR"]
    assert "(CLAIM_MISSING)" in run("review", "resolve", name, "same", *SAYS, fails=1).output
    assert "claimed   by ex-1 until" in run("review", "claim", name, "--examiner", "ex-1", "--minutes", "5").output
    assert "claimed by ex-1" in run("review", "list").output
    assert "(TASK_CLAIMED)" in run("review", "claim", name, "--examiner", "ex-2", fails=1).output
    resolved = run.json("review", "resolve", name, "same", *SAYS)
    assert run.json("review", "show", name)["reviewTask"]["pendingVerdicts"] == [resolved["verdicts"][0]["name"]]
    told = run("verdict", "confirm", resolved["verdicts"][0]["name"], "--examiner", "ex-2").output
    assert "settled" in told
    assert run.json("review", "list") == []


def test_a_golden_view_shows_every_value_with_its_support_and_every_conflict(run, two):
    one, other = (each["record"] for each in two)
    run("verdict", "give", one, other, "same", *SAYS)
    shown = run("identity", one, "--golden").output
    golden = run.json("identity", one, "--golden")["golden"]
    names = next(each for each in golden["attributes"] if each["attribute"] == "name")["values"]
    assert [each["recordCount"] for each in names] == [1, 1]
    assert all(each["value"] in shown for each in names)
    assert f"{one} and {other}: fully known birth dates contradict each other" in shown


def test_an_identity_is_shown_as_it_was(run, two):
    one, other = (each["record"] for each in two)
    then = two[1]["commitTime"]
    run("verdict", "give", one, other, "same", *SAYS)
    assert run.json("identity", one)["identity"]["records"] == [one, other]
    assert run.json("identity", one, "--as-of", then)["identity"]["records"] == [one]
    assert run.json("identity", other, "--as-of", then)["identity"]["name"] == two[1]["identity"]
    run("identity", one, "--as-of", "2020-01-01T00:00:00Z", fails=1)
    assert "must be a time" in run("identity", one, "--as-of", "yesterday", fails=2).output
    assert "goes without" in run("identity", one, "--as-of", then, "--golden", fails=2).output


@pytest.mark.parametrize(
    ("language", "words"), [("es", "documento de viaje"), ("ar", "وثيقة السفر"), ("xx", "travel document")]
)
def test_a_pair_is_explained_in_a_language(run, put, record, language, words):
    names = [put(record(key))["record"] for key in "12"]
    shown = run("explain", *names, "--language", language).output
    assert words in shown
    assert "identity data same, document same" in shown


def test_a_pair_apart_says_what_is_missing_and_which_verdict_stands(run, two):
    one, other = (each["record"] for each in two)
    shown = run("explain", one, other).output
    assert "bits are missing for a merge" in shown
    run("verdict", "give", one, other, "different", *SAYS)
    assert f"{one} and {other} are DIFFERENT" in run("explain", one, other).output


def test_an_identity_says_what_it_waits_for(run, child):
    shown = run("explain", child["identities"][0], "--language", "es").output
    assert f"to review  {child['name']}" in shown
    assert "menor" in shown
