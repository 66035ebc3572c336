"""Who is admitted to which method for what purpose, and who may write what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.access.file import parse
from resolver.access.patterns import caller_pattern
from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.domain.owner import Owner
from tests.access.test_methods import reason

GET = "ftf.resolution.v1.RecordService/GetRecord"
LIST = "ftf.resolution.v1.RecordService/ListRecords"
RESOLVE = "ftf.resolution.v1.ResolutionService/ResolveRecord"
BACKUP = "ftf.resolution.v1.BackupService/CreateBackup"
RULES = parse("""
grants:
  - {caller: "ftf://FRA/*/*", roles: [READER], purposes: [investigate]}
  - {caller: "ftf://FRA/ncb/*", roles: [SCREENER], purposes: [border, identify]}
  - {caller: "ftf://FRA/ncb/records", roles: [CONTRIBUTOR], purposes: [identify]}
  - caller: ftf://*/*/audit
    roles: [SUPERVISOR]
    purposes: [supervision]
    methods: [ftf.resolution.v1.RecordService/GetRecord]
sources:
  - {owner: FRA/ncb, sources: ["fra-*", border]}
  - {owner: BEL/police, sources: [bel]}
  - {owner: EUE/europol, sources: [europol]}
delegations:
  - {caller: "ftf://EUE/europol/gateway", owners: [BEL/police, "NLD/*", "LUX/"]}
""")
FRANCE = Caller("FRA", "ncb", "records")
NCB, POLICE, EUROPOL = Owner("FRA", "ncb"), Owner("BEL", "police"), Owner("EUE", "europol")
ROLE, PURPOSE = ErrorReason.ROLE_REQUIRED, ErrorReason.PURPOSE_NOT_GRANTED
SOURCE, OWNER = ErrorReason.SOURCE_NOT_GRANTED, ErrorReason.OWNER_MISMATCH


@pytest.mark.parametrize(
    ("caller", "purpose", "method", "dry_run", "refused"),
    [
        (("FRA", "ncb", "records"), "investigate", GET, False, None),
        (("FRA", "other", "any"), "investigate", GET, False, None),
        (("DEU", "ncb", "records"), "investigate", GET, False, ROLE),
        # A purpose that another role of the caller has does not count.
        (("FRA", "ncb", "records"), "border", GET, False, PURPOSE),
        (("FRA", "ncb", "records"), "identify", RESOLVE, False, None),
        (("FRA", "ncb", "records"), "border", RESOLVE, False, PURPOSE),
        (("FRA", "ncb", "records"), "border", RESOLVE, True, None),
        (("FRA", "ncb", "border"), "border", RESOLVE, True, None),
        (("FRA", "ncb", "border"), "border", RESOLVE, False, ROLE),
        (("FRA", "ncb", "records"), "investigate", BACKUP, False, ROLE),
        (("DEU", "bka", "audit"), "supervision", GET, False, None),
        (("DEU", "bka", "audit"), "supervision", LIST, False, ROLE),
    ],
)
def test_a_call_needs_one_grant_with_both_its_role_and_its_purpose(caller, purpose, method, dry_run, refused):
    assert reason(RULES, method, caller=Caller(*caller), purpose=purpose, dry_run=dry_run) is refused


def refusal(check, *arguments, **options):
    try:
        check(*arguments, **options)
    except PermissionDenied as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("caller", "source", "owner", "before", "stated", "refused"),
    [
        (FRANCE, "fra-1", NCB, None, False, None),
        (FRANCE, "border", NCB, NCB, False, None),
        # What is its own already, wherever it stands.
        (FRANCE, "bel", NCB, NCB, False, None),
        (FRANCE, "free", NCB, NCB, False, None),
        # A source that the file gives to nobody, or to another.
        (FRANCE, "free", NCB, None, True, SOURCE),
        (FRANCE, "bel", NCB, None, True, SOURCE),
        (FRANCE, "bel", NCB, POLICE, True, SOURCE),
        (FRANCE, "border-2", NCB, None, True, SOURCE),
        # An owner that the sender is not.
        (FRANCE, "fra-1", POLICE, None, True, OWNER),
        (FRANCE, "bel", POLICE, None, True, OWNER),
        (FRANCE, "bel", POLICE, POLICE, True, OWNER),
        (FRANCE, "fra-1", Owner("FRA", "dgsi"), None, True, OWNER),
        # Another's record in one's own source.
        (FRANCE, "fra-1", NCB, POLICE, True, OWNER),
        (FRANCE, "fra-1", NCB, Owner("FRA", ""), True, OWNER),
    ],
)
def test_a_caller_writes_its_own_records_in_its_own_sources(caller, source, owner, before, stated, refused):
    rights = RULES.rights_of(caller)
    name = f"sources/{source}/records/1"
    assert refusal(rights.check_record, name, owner, before, stated=stated) is refused


GATEWAY = Caller("EUE", "europol", "gateway")


@pytest.mark.parametrize(
    ("source", "owner", "before", "stated", "refused"),
    [
        ("europol", EUROPOL, None, False, None),
        ("europol", POLICE, None, True, None),
        ("bel", POLICE, None, True, None),
        ("bel", POLICE, POLICE, True, None),
        ("europol", Owner("NLD", "politie"), Owner("NLD", "kmar"), True, None),
        ("europol", Owner("LUX", ""), None, True, None),
        ("europol", Owner("LUX", "police"), None, True, OWNER),
        ("europol", NCB, None, True, OWNER),
        ("fra-1", POLICE, None, True, SOURCE),
        # Its own record has no place in a source of another, and it does not take a record over by saying nothing.
        ("bel", EUROPOL, None, False, SOURCE),
        ("bel", EUROPOL, POLICE, False, OWNER),
        ("europol", EUROPOL, POLICE, False, OWNER),
        ("europol", EUROPOL, POLICE, True, None),
        ("europol", EUROPOL, NCB, True, OWNER),
    ],
)
def test_a_delegate_writes_for_others_in_their_sources_and_its_own(source, owner, before, stated, refused):
    rights = RULES.rights_of(GATEWAY)
    name = f"sources/{source}/records/1"
    assert refusal(rights.check_record, name, owner, before, stated=stated) is refused


@pytest.mark.parametrize(
    ("caller", "source", "before", "refused"),
    [
        (FRANCE, "fra-1", NCB, None),
        (FRANCE, "fra-1", None, None),
        (FRANCE, "fra-1", POLICE, OWNER),
        (FRANCE, "bel", NCB, None),
        (FRANCE, "bel", POLICE, SOURCE),
        (FRANCE, "bel", None, SOURCE),
        (FRANCE, "free", None, SOURCE),
        (GATEWAY, "bel", POLICE, None),
        (GATEWAY, "europol", POLICE, None),
        (GATEWAY, "europol", NCB, OWNER),
    ],
)
def test_a_withdrawal_is_the_owners_or_a_delegates(caller, source, before, refused):
    rights = RULES.rights_of(caller)
    assert refusal(rights.check_withdrawal, f"sources/{source}/records/1", before) is refused


def test_a_delegation_is_that_of_its_caller_alone():
    other = RULES.rights_of(Caller("EUE", "europol", "portal"))
    assert refusal(other.check_record, "sources/europol/records/1", POLICE, None, stated=True) is OWNER


@given(
    source=st.sampled_from(["bel", "europol", "free", "x"]),
    owner=st.sampled_from([NCB, POLICE, EUROPOL]),
    before=st.sampled_from([POLICE, EUROPOL, Owner("FRA", "dgsi"), Owner("FRA", "")]),
    stated=st.booleans(),
)
def test_outside_of_ones_own_sources_a_refusal_says_nothing_of_what_is_stored(source, owner, before, stated):
    rights = RULES.rights_of(FRANCE)
    name = f"sources/{source}/records/1"

    def told(standing):
        with pytest.raises(PermissionDenied) as record:
            rights.check_record(name, owner, standing, stated=stated)
        with pytest.raises(PermissionDenied) as withdrawal:
            rights.check_withdrawal(name, standing)
        return [(caught.value.reason, caught.value.message) for caught in (record, withdrawal)]

    assert told(before) == told(None)


@given(
    parts=st.tuples(*[st.sampled_from(["FRA", "DEU"]), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])]),
    stars=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    caller=st.tuples(*[st.sampled_from(["FRA", "DEU"]), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])]),
)
def test_a_star_stands_for_any_part_and_every_other_part_for_itself(parts, stars, caller):
    written = ["*" if star else part for part, star in zip(parts, stars, strict=True)]
    pattern = caller_pattern(f"ftf://{'/'.join(written)}")
    expected = all(star or part == own for part, star, own in zip(parts, stars, caller, strict=True))
    assert pattern.matches(Caller(*caller)) is expected
