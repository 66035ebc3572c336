"""What is flawed in a record is found, what only looks so is not, and nothing that can be written stops either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from ftf.resolution.v1 import record_pb2
from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import (
    BirthDate,
    Calendar,
    ClaimedIdentity,
    Contact,
    ContactKind,
    DatePrecision,
    IdentityCategory,
    NameComponent,
    NameKind,
    NameQuality,
    PersonName,
    Place,
    Record,
    Relatives,
    Sex,
    TravelDocument,
)
from resolver.rpc.convert import record_to_domain
from resolver.rpc.validate import validate_record
from resolver.standardise.check_digits import check_digit, read_zone
from resolver.standardise.findings import MOST_FINDINGS, findings
from resolver.standardise.record import standardise
from tests.counts import count
from tests.standardise.tables import rows

TODAY = date(2026, 7, 1)
ROWS = rows("findings")
OF_RECORD = ("documents", "contacts", "relatives")
PATH = re.compile(r"(?P<field>[a-z_]+)(?:\[(?P<index>[0-9]+)\])?")


def message_of(stated: dict[str, Any]) -> record_pb2.Record:
    stated = {"names": [{"fullName": "Karim Haddad"}]} | stated
    if isinstance(stated["names"], int):
        stated["names"] = [{"fullName": f"Karim {'Sabbar' * (1 + i)}"} for i in range(stated["names"])]
    own = {key: stated.pop(key) for key in OF_RECORD if key in stated}
    content = {"name": "sources/a/records/1", "owner": {"country": "FRA"}, "identities": [stated], **own}
    return json_format.ParseDict(content, record_pb2.Record())


def found_in(message: record_pb2.Record) -> tuple[Finding, ...]:
    return findings(record_to_domain(message), TODAY)


def at_path(message: Message, path: str) -> Any:
    """What a field's path leads to."""
    value: Any = message
    for step in path.split("."):
        match = PATH.fullmatch(step)
        assert match, path
        value = getattr(value, match["field"])
        if match["index"] is not None:
            value = value[int(match["index"])]
    return value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['why']}")
def test_a_flaw_is_found_where_it_is_and_nowhere_else(row: dict[str, Any]) -> None:
    message = message_of(row["given"])
    assert bool(validate_record(message, "record")) is row.get("refused", False)
    found = found_in(message)
    assert [one.field for one in found if one.kind.name == row["kind"]] == ([row["at"]] if row["at"] else [])
    if row["at"]:
        assert {one.kind.name for one in found} == {row["kind"], *row.get("also", [])}


def test_every_kind_has_a_case_and_a_counter_case() -> None:
    kinds = {kind.name for kind in DataQualityKind if kind is not DataQualityKind.UNSPECIFIED}
    assert {row["kind"] for row in ROWS if row["at"]} == kinds
    assert {row["kind"] for row in ROWS if not row["at"]} == kinds


def test_a_homoglyph_is_named() -> None:
    (finding,) = found_in(message_of({"names": [{"fullName": "K\u0430rim"}]}))
    assert "U+0430 CYRILLIC SMALL LETTER A" in finding.text


def test_a_good_record_has_no_findings() -> None:
    good = {
        "names": [{"fullName": "Zelimkhan Khasanov"}, {"fullName": "Зелимхан Хасанов", "script": "Cyrl"}],
        "births": [{"earliest": {"year": 1985, "month": 3, "day": 4}, "asEntered": "04.03.1985"}],
        "sexes": ["SEX_MALE"],
        "nationalities": ["RUS"],
        "birthPlaces": [{"country": "RUS", "locality": "Хасавюрт"}],
        "documents": [{"number": "51 4171208", "issuingState": "RUS"}],
        "contacts": [{"kind": "CONTACT_KIND_PHONE", "value": "+7 495 123 45 67"}],
        "relatives": {"father": "Batyr", "mother": "Aminat"},
    }
    assert found_in(message_of(good)) == ()


def test_what_is_said_quotes_no_value() -> None:
    for row in ROWS:
        message = message_of(row["given"])
        for finding in found_in(message):
            value = at_path(message, finding.field)
            if isinstance(value, str) and len(value) > 3:
                assert value.casefold() not in finding.text.casefold()


def test_no_more_findings_are_told_than_promised() -> None:
    numbers = [{"fullName": str(1000 + i)} for i in range(50)]
    message = message_of({"names": numbers, "nationalities": ["XXX"] * 20})
    assert len(found_in(message)) == MOST_FINDINGS


def test_another_persons_sex_contradicts_nothing() -> None:
    own = ClaimedIdentity(names=(PersonName("Karim Haddad"),), sexes=(Sex.MALE,))
    misused = ClaimedIdentity(IdentityCategory.MISUSED, names=(PersonName("Nadia Haddad"),), sexes=(Sex.FEMALE,))
    assert findings(Record("sources/a/records/1", "FRA", "", (own, misused)), TODAY) == ()


def test_check_digits_are_those_of_the_specimens() -> None:
    assert [check_digit(field) for field in ("D23145890734", "740812", "120415", "<<<<<<")] == [9, 2, 9, 0]


def test_a_zone_is_read_with_and_without_its_line_feeds() -> None:
    lines = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
    zone = read_zone(lines)
    assert zone is not None
    assert zone == read_zone(lines.replace("\n", ""))
    assert (zone.state, zone.number, zone.birth, zone.wrong) == ("UTO", "D23145890734", "340712", ())


@pytest.mark.parametrize("place", [0, 3, 13, 18, 21, 26, 30, 42])
def test_every_misread_sign_of_the_second_line_is_noticed(place: int) -> None:
    first, second = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    misread = second[:place] + ("7" if second[place] != "7" else "8") + second[place + 1 :]
    zone = read_zone(f"{first}\n{misread}")
    assert zone is not None
    assert zone.wrong


odd_signs = st.sampled_from(
    "\u200b\u200c\u200d\u202e\u2060\ufeff\ufe0f\u0301\u0640\u3164\u115f\ufffd\ue000\U000e0100аеорсухіKkАВЕ'’`´<.-/?@_0١۴"
    "ÃØÙÐÑ©±²€™ŸŒžéüß😀👨‍👩‍👧🇫🇷𝐀Ａﷺﬁ①½ªкимكريم一王はん가ꙮ\u0f00\u1000"
)
texts = st.one_of(
    st.text(max_size=60),
    st.text(odd_signs, max_size=60),
    st.lists(st.sampled_from(["FNU", "LNU", "a", "bin", "al", "123", "Хаса", "Karim", ""]), max_size=200).map(" ".join),
)
days = st.dates(date(1850, 1, 1), date(2100, 12, 31))
codes = st.sampled_from(["FRA", "SUN", "XXX", "XXA", "D", "", "QQQ"])
zones = st.one_of(
    texts,
    st.integers(0, 91).flatmap(lambda size: st.text("0123456789ABCVIDFR<", min_size=size, max_size=size)),
    st.sampled_from([90, 88, 72]).flatmap(lambda size: st.text("0123456789AVI<", min_size=size, max_size=size)),
)
entered = st.one_of(texts, st.from_regex(r"[0-9۰-۹]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}", fullmatch=True))
names = st.builds(
    PersonName,
    texts,
    st.sampled_from(NameKind),
    st.sampled_from(NameQuality),
    st.lists(st.builds(NameComponent, value=texts, type=st.just(None)), max_size=2).map(tuple),
    st.sampled_from(["", "Latn", "Arab", "Cyrl", "Hans", "Zyyy", "Qaaa"]),
)
births = st.builds(
    lambda one, other, precision, calendar, text: BirthDate(
        min(one, other), max(one, other), precision, calendar, text
    ),
    days,
    days,
    st.sampled_from(DatePrecision),
    st.sampled_from(Calendar),
    entered,
)
places = st.builds(Place, codes, texts)
identities = st.builds(
    ClaimedIdentity,
    category=st.sampled_from(IdentityCategory),
    names=st.lists(names, max_size=4).map(tuple),
    births=st.lists(births, max_size=3).map(tuple),
    sexes=st.lists(st.sampled_from(Sex), max_size=3).map(tuple),
    nationalities=st.lists(codes, max_size=2).map(tuple),
    birth_places=st.lists(places, max_size=2).map(tuple),
    residences=st.lists(places, max_size=2).map(tuple),
)
documents = st.builds(TravelDocument, st.just("passport"), texts, codes, st.none() | days, st.none() | days, zones)
records = st.builds(
    Record,
    name=st.just("sources/a/records/1"),
    country=st.just("FRA"),
    authority=st.just(""),
    identities=st.lists(identities, max_size=3).map(tuple),
    documents=st.lists(documents, max_size=3).map(tuple),
    contacts=st.lists(st.builds(Contact, st.sampled_from(ContactKind), texts), max_size=3).map(tuple),
    relatives=st.builds(Relatives, texts, texts),
)


def paths(record: Record) -> Iterator[str]:
    for finding in findings(record, TODAY):
        assert finding.text
        assert finding.kind is not DataQualityKind.UNSPECIFIED
        yield finding.field


@settings(max_examples=count(120, 400), deadline=None)
@given(records)
def test_whatever_is_written_is_standardised_and_every_path_leads_to_a_field(record: Record) -> None:
    standardise(record)
    for path in paths(record):
        at_path(shape_of(record), path)
    assert findings(record, TODAY) == findings(record, TODAY)


def shape_of(record: Record) -> record_pb2.Record:
    """A message with the lists of a record, so that paths can be followed in the contract's own names."""
    message = record_pb2.Record()
    for identity in record.identities:
        message.identities.add(
            names=[
                record_pb2.PersonName(components=[record_pb2.NameComponent()] * len(n.components))
                for n in identity.names
            ],
            births=[record_pb2.BirthDate()] * len(identity.births),
            sexes=[record_pb2.SEX_MALE] * len(identity.sexes),
            nationalities=["FRA"] * len(identity.nationalities),
            birth_places=[record_pb2.Place()] * len(identity.birth_places),
            residences=[record_pb2.Place()] * len(identity.residences),
        )
    message.documents.extend([record_pb2.TravelDocument()] * len(record.documents))
    message.contacts.extend([record_pb2.Contact()] * len(record.contacts))
    return message
