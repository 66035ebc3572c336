"""The worse and the better model of the benchmark, at a size at which figures say nothing."""

from benchmarks.changing_a_model import Sizes, _page, changed
from benchmarks.stamp import stamp

SMALL = Sizes(holding=100, worse=60, worse_pairs=1_000, better=120, better_pairs=4_000)


def test_every_step_is_done_and_a_rollback_restores_what_there_was(tmp_path):
    steps = list(changed(tmp_path, SMALL))
    loaded, limited, worse, back, again, better = steps
    assert loaded.plan is None
    assert limited.plan["state"] in ("PLAN_STATE_PLANNED", "PLAN_STATE_REFUSED")
    assert [step.plan["state"] for step in (worse, again, better)] == ["PLAN_STATE_APPLIED"] * 3
    assert back.plan["state"] == "PLAN_STATE_ROLLED_BACK"
    assert (limited.identities, limited.pairs) == (loaded.identities, loaded.pairs) == (back.identities, back.pairs)
    assert (worse.identities, worse.pairs) == (again.identities, again.pairs)
    assert worse.plan["counts"].get("changedIdentities", "0") == again.plan["counts"].get("changedIdentities", "0")
    page = "\n".join(_page(stamp(), SMALL, steps))
    for step in steps:
        assert f"| {step.words} |" in page
