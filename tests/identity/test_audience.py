from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.audience import EVERYBODY, others, those_who_see_all
from resolver.domain.handling import Guard, Restrictions, Viewer
from resolver.domain.owner import Owner
from resolver.domain.purpose import PURPOSES
from tests.counts import count

COUNTRIES = ["FRA", "DEU", "NLD", "USA"]
AUTHORITIES = ["ncb", "police", "army"]
SOME_COUNTRIES = st.frozensets(st.sampled_from(COUNTRIES), max_size=2)
SOME_AUTHORITIES = st.frozensets(
    st.builds("{}/{}".format, st.sampled_from(COUNTRIES), st.sampled_from(AUTHORITIES)), max_size=2
)
PURPOSE = st.sampled_from(sorted(PURPOSES))
SOME_PURPOSES = st.frozensets(PURPOSE, max_size=2)
GUARD = st.builds(
    Guard,
    st.builds(Owner, st.sampled_from(COUNTRIES), st.sampled_from([*AUTHORITIES, ""])),
    st.builds(
        Restrictions,
        SOME_COUNTRIES,
        SOME_COUNTRIES,
        SOME_AUTHORITIES,
        SOME_AUTHORITIES,
        SOME_PURPOSES,
        SOME_PURPOSES,
    ),
)
VIEWER = st.builds(Viewer, st.sampled_from([*COUNTRIES, "XOM"]), st.sampled_from([*AUTHORITIES, "navy"]), PURPOSE)


@given(st.frozensets(GUARD, max_size=4), st.lists(VIEWER, min_size=1, max_size=5))
@settings(max_examples=count(100, 3_000), deadline=None)
def test_every_viewer_is_in_one_audience(guards, viewers):
    audiences = [those_who_see_all(guards), *others(guards)]
    for viewer in viewers:
        (own,) = [audience for audience in audiences if audience.includes(viewer)]
        assert own.lets == {guard for guard in guards if guard.lets(viewer)}
        assert own.keeps_from == guards - own.lets


def test_nobody_is_left_out_where_no_guard_stands():
    assert others(()) == ()
    assert those_who_see_all(()) == EVERYBODY
    assert EVERYBODY.includes(Viewer("FRA", "ncb", "border"))


def test_guards_that_nobody_passes_alike_make_no_audience():
    border = Guard(Owner("FRA", "ncb"), Restrictions(allowed_purposes=frozenset({"border"})))
    locate = Guard(Owner("FRA", "ncb"), Restrictions(allowed_purposes=frozenset({"locate"})))
    lets = {audience.lets for audience in others({border, locate})}
    assert lets == {frozenset(), frozenset({border}), frozenset({locate})}, "only the owner passes both"


def test_who_has_no_caller_sees_all():
    guard = Guard(Owner("FRA", "ncb"), Restrictions(denied_countries=frozenset({"DEU"})))
    assert those_who_see_all({guard}).includes(None)
    assert not any(audience.includes(None) for audience in others({guard}))
