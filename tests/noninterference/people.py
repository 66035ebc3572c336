"""What records state, and whom they are kept from: few people, whose records meet in every way that there is."""

from google.type import date_pb2

from ftf.resolution.v1 import record_pb2
from resolver.domain.handling import Viewer

_NAMES = (
    ("Zelimkhan Batyrov Khasanov", "Rustam Aslanbek Dudarov"),
    ("Idris Magomedov Tsoroev", "Salambek Yunusov Gaitaev"),
)
_BORN = ((1985, 3, 4), (1991, 11, 23))
_TOWNS = ("Khasavyurt", "Nazran")
PERSONS = range(len(_NAMES))
SHAPES = ("left", "right", "bridge", "near", "child", "alone", "both")
"""Of one person: `left` and `right` share a birthday alone, and look like two persons whom `bridge` shows to be one;
`near` has half a name and another day; a `child` is merged by nobody but people; `alone` is like no other; `both` are
two persons, of whom it is the `left`."""


def record(name, owner, person, shape):
    """A record of an owner (COUNTRY/authority) that states a shape of a person."""
    country, _, authority = owner.partition("/")
    message = record_pb2.Record(name=name, owner=record_pb2.Owner(country=country, authority=authority))
    for each in PERSONS if shape == "both" else (person,):
        _state(message, each, shape)
    if shape == "child":
        message.minor = record_pb2.MINOR_YES
    return message


def _state(message, person, shape):
    identity = message.identities.add(nationalities=["RUS"], sexes=[record_pb2.SEX_MALE])
    identity.birth_places.add(country="RUS", locality=_TOWNS[person])
    left, right = _NAMES[person]
    year, month, day = _BORN[person]
    names, passports = {
        "right": ((right,), "B"),
        "bridge": ((left, right), "AB"),
        "near": ((" ".join(left.split()[::2]),), ""),
        "alone": ((f"Otto {message.name.rpartition('/')[2].title()} Krautmann",), ""),
    }.get(shape, ((left,), "A"))
    for full_name in names:
        identity.names.add(full_name=full_name, kind=record_pb2.NAME_KIND_PRIMARY)
    for series in passports:
        message.documents.add(
            type=record_pb2.DOCUMENT_TYPE_PASSPORT, number=f"{series}{person}1234567", issuing_state="RUS"
        )
    born = date_pb2.Date(year=year - 30 * (shape == "alone"), month=month, day=day + (shape == "near"))
    identity.births.add(earliest=born)


def letting(viewer: Viewer):
    """Ways in which an owner lets a viewer see a record."""
    own = f"{viewer.country}/{viewer.authority}"
    return (
        {},
        {"allowed_countries": [viewer.country, "GBR"]},
        {"allowed_authorities": [own], "denied_authorities": ["GBR/ncb"]},
        {"denied_countries": ["GBR"], "denied_purposes": ["border"]},
        {"allowed_purposes": [viewer.purpose, "warn"]},
    )


def keeping(viewer: Viewer):
    """Ways in which an owner keeps a record from a viewer who does not own it."""
    own = f"{viewer.country}/{viewer.authority}"
    return (
        {"allowed_countries": ["BEL"]},
        {"denied_countries": [viewer.country]},
        {"allowed_countries": [viewer.country], "denied_authorities": [own]},
        {"allowed_authorities": [f"{viewer.country}/another"]},
        {"denied_purposes": [viewer.purpose]},
        {"allowed_purposes": ["border", "warn"]},
    )


MARKS = (
    {},
    {"handling": {"classification": record_pb2.CLASSIFICATION_CONFIDENTIAL, "codes": ["H1"]}},
    {"evaluation": {"scheme": record_pb2.EVALUATION_SCHEME_EUROPOL_4X4, "source_code": "B", "information_code": "3"}},
    {
        "handling": {"classification": record_pb2.CLASSIFICATION_RESTRICTED, "codes": ["H3", "H2"]},
        "evaluation": {"scheme": record_pb2.EVALUATION_SCHEME_ADMIRALTY_6X6, "source_code": "F"},
    },
)
"""What owners state of classification, handling codes and gradings."""


def handled(message, handling, mark=0):
    """The record with this handling, and one of `MARKS`."""
    message.handling.CopyFrom(record_pb2.Handling(**handling))
    message.MergeFrom(record_pb2.Record(**MARKS[mark % len(MARKS)]))
    return message
