"""Made-up people as domain records, for tests that need few and exact ones."""

from datetime import date

from resolver.domain.record import (
    BirthDate,
    ClaimedIdentity,
    DatePrecision,
    NameKind,
    NameQuality,
    PersonName,
    Place,
    Record,
    Sex,
    TravelDocument,
)
from resolver.engine.asked.submission import Submission


def person(
    key,
    name="Zelimkhan Batyrov Khasanov",
    *,
    birth=date(1985, 3, 4),
    nationality="RUS",
    town="Khasavyurt",
    passport=None,
    source="aaa",
):
    births = () if birth is None else (BirthDate(birth, birth, DatePrecision.DAY),)
    identity = ClaimedIdentity(
        names=(PersonName(name, NameKind.PRIMARY, NameQuality.GOOD),),
        births=births,
        sexes=(Sex.MALE,),
        nationalities=(nationality,),
        birth_places=(Place(nationality, town),),
    )
    documents = () if passport is None else (TravelDocument("passport", passport, nationality),)
    return Record(f"sources/{source}/records/{key}", "FRA", "made up", (identity,), documents)


def submission(record, etag=""):
    """The record to submit; its text stands for the message, which the engine does not read."""
    return Submission(record, repr(record).encode(), etag)


ONE = person("1")
SAME = person("2", "Khasanov Zelimkhan Batyrov", passport="AB1234567")
OTHER = person("3", "Otto Wendelin Krautmann", birth=date(1961, 9, 30), nationality="DEU", town="Passau")
