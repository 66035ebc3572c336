"""Who may see a record: deny wins, countries have authorities, purposes stand apart, and owners see what is theirs."""

from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.handling import NO_RESTRICTIONS, Guard, Restrictions, Viewer, guard_of
from resolver.domain.owner import Owner

OWNER = Owner("BEL", "police")
COUNTRIES, AUTHORITIES, PURPOSES = ("FRA", "DEU", "BEL"), ("ncb", "police"), ("identify", "border")
VIEWERS = [Viewer(*parts) for parts in product(COUNTRIES, AUTHORITIES, PURPOSES)]
NAMED = [f"{country}/{authority}" for country, authority in product(COUNTRIES, AUTHORITIES)]

CASES = yaml.safe_load(Path(__file__).with_name("handling_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_viewer_is_let_see(case):
    guard = Guard(OWNER, Restrictions(**{name: frozenset(each) for name, each in case["lists"].items()}))
    assert guard.lets(Viewer(*case["viewer"].split("/"), case["purpose"])) is case["let"]


def names(among):
    return st.frozensets(st.sampled_from(among), max_size=2)


restrictions = st.builds(
    Restrictions, names(COUNTRIES), names(COUNTRIES), names(NAMED), names(NAMED), names(PURPOSES), names(PURPOSES)
)


@given(restrictions, st.sampled_from(VIEWERS), st.data())
def test_to_deny_more_lets_nobody_in(some, viewer, data):
    denying = {name: getattr(some, name) for name in Restrictions.__slots__}
    denying["denied_countries"] |= data.draw(names(COUNTRIES))
    denying["denied_authorities"] |= data.draw(names(NAMED))
    denying["denied_purposes"] |= data.draw(names(PURPOSES))
    assert Guard(OWNER, some).lets(viewer) or not Guard(OWNER, Restrictions(**denying)).lets(viewer)


@given(restrictions)
def test_what_restricts_nobody_is_no_guard_and_owners_are_let_by_any(some):
    guard = guard_of(OWNER, some)
    assert (guard is None) == (some == NO_RESTRICTIONS)
    if guard is not None:
        assert all(guard.lets(viewer) for viewer in VIEWERS if (viewer.country, viewer.authority) == ("BEL", "police"))
