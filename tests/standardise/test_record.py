"""A whole record becomes the comparable columns."""

from __future__ import annotations

from datetime import date

from resolver.domain.comparable import ComparableRecord
from resolver.domain.record import (
    BiometricOutcome,
    BiometricReference,
    BiometricResult,
    BirthDate,
    ClaimedIdentity,
    ComponentType,
    Contact,
    ContactKind,
    IdentityCategory,
    Minor,
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
from resolver.standardise.record import standardise


def of(*identities: ClaimedIdentity, **fields: object) -> ComparableRecord:
    return standardise(Record("sources/a/records/1", "FRA", "Border police", identities, **fields))


def named(*names: PersonName, category: IdentityCategory = IdentityCategory.CONFIRMED) -> ClaimedIdentity:
    return ClaimedIdentity(category=category, names=names)


def test_a_record_that_states_nothing_has_empty_columns() -> None:
    assert of(ClaimedIdentity()) == ComparableRecord()


def test_good_names_fill_the_name_columns() -> None:
    found = of(named(PersonName("Mohamed El Masri", NameKind.PRIMARY), PersonName("محمد المصري", NameKind.BIRTH)))
    assert found.name_forms == ("masri mohamed", "msri muhammad")
    assert found.name_tokens == (("mhmt", "msr"),)
    assert found.name_parts == ("mhmt", "msr")
    assert found.part_sounds == (("mhmt", "muhamid"), ("msr", "masri"))
    assert found.name_key == "mhmt msr"
    assert found.scripts == ("Arab", "Latn")
    assert found.name_sounds


def test_the_name_key_is_the_primary_names_even_when_it_stands_later() -> None:
    found = of(named(PersonName("Karim Haddad", NameKind.ALIAS), PersonName("Yusuf Haddad", NameKind.PRIMARY)))
    assert found.name_key == "hdt ysf"


def test_the_name_key_is_the_first_good_names_when_none_is_primary() -> None:
    found = of(
        named(
            PersonName("Abu Musab", NameKind.KUNYA),
            PersonName("Karim Haddad", NameKind.ALIAS),
            PersonName("Yusuf Haddad"),
        )
    )
    assert found.name_key == "hdt krim"


def test_a_single_token_is_a_name() -> None:
    found = of(named(PersonName("Muhammad")))
    assert found.name_tokens == (("mhmt",),)


def test_the_last_part_of_a_machine_readable_name_that_fills_its_field_may_be_cut() -> None:
    found = of(named(PersonName("ABDULRAHMAN<ALMUHAMMADI<<KHALID<YUSUFMO", NameKind.MRZ)))
    assert found.cut_parts == ("ysfm",)
    assert ("abtrhmn", "hlt", "mhmt") in found.name_tokens


def test_a_cut_part_beside_only_one_other_stays_in_the_name() -> None:
    found = of(named(PersonName("KONSTANTINOPOLITOVABDULOV<<ALEKSANDRINE", NameKind.MRZ)))
    assert found.cut_parts == ("alksndrn",)
    assert all("alksndrn" in tokens for tokens in found.name_tokens)


def test_an_initial_at_the_end_of_a_full_field_cuts_no_other_part() -> None:
    found = of(named(PersonName("ABDULRAHMAN<ALMUHAMMADI<<KHALID<YUSUF<M", NameKind.MRZ)))
    assert found.cut_parts == ()
    assert found.name_tokens == (("abtrhmn", "hlt", "mhmt", "ysf"),)


def test_a_name_that_leaves_room_in_its_field_is_whole() -> None:
    found = of(named(PersonName("ABDULRAHMAN<ALMUHAMMADI<<KHALID<YUSUF<<", NameKind.MRZ)))
    assert found.cut_parts == ()


def test_low_names_kunyas_and_noms_de_guerre_only_corroborate() -> None:
    found = of(
        named(
            PersonName("Karim Haddad", NameKind.ALIAS, NameQuality.LOW),
            PersonName("Abu Yusuf al-Belgiki", NameKind.NOM_DE_GUERRE),
            PersonName("The Belgian", NameKind.NOM_DE_GUERRE),
            PersonName("Abou Omar", NameKind.ALIAS),
            PersonName("haddad_99", NameKind.ONLINE_HANDLE),
        )
    )
    assert found.name_tokens == ()
    assert found.name_key is None
    assert len(found.low_aliases) == 5
    assert found.kunyas == ("abysf bljk", "abumr")
    assert found.kunya == "abysf bljk"
    assert found.contacts == ("a:haddad_99",)


def test_abu_in_a_name_of_record_is_part_of_the_name() -> None:
    found = of(named(PersonName("Abu Bakr Siddiq", NameKind.PRIMARY)))
    assert found.name_tokens == (("abbkr", "sdk"),)
    assert found.kunyas == ()


def test_a_misused_identity_lends_its_names_as_low_aliases_and_nothing_else() -> None:
    birth = BirthDate(date(1990, 5, 6), date(1990, 5, 6))
    victim = ClaimedIdentity(
        IdentityCategory.MISUSED, (PersonName("Karim Haddad", NameKind.PRIMARY),), (birth,), (Sex.MALE,), ("FRA",)
    )
    found = of(victim)
    assert found == ComparableRecord(low_aliases=("hdt krim",))


def test_a_good_alias_identity_counts() -> None:
    alias = named(PersonName("Karim Haddad", NameKind.PRIMARY, NameQuality.GOOD), category=IdentityCategory.ALIAS)
    assert of(alias).name_key == "hdt krim"


def test_fathers_come_from_relatives_components_and_patronymics() -> None:
    stated = NameComponent(ComponentType.FATHER, "Ahmed")
    found = of(
        named(
            PersonName("Иван Петрович Сидоров"),
            PersonName("Karim Ahmed Haddad", components=(stated,)),
        ),
        relatives=Relatives(father="حسين علي", mother="Fatima Zahra"),
    )
    assert found.fathers == ("ahmt", "btr", "hsin")
    assert found.mothers == ("ftm zhr",)


def test_typed_patronymics_and_titles_leave_the_name() -> None:
    components = (
        NameComponent(ComponentType.PATRONYMIC, "Akhmedovich"),
        NameComponent(ComponentType.TITLE, "Commander"),
        NameComponent(ComponentType.MOTHER, "Zaynab"),
    )
    found = of(named(PersonName("Commander Rashid Akhmedovich", components=components)))
    assert found.name_tokens == (("rct",),)
    assert found.fathers == ("ahmt",)
    assert found.mothers == ("znb",)


def test_births_join_into_one_outer_interval() -> None:
    births = (
        BirthDate(date(1985, 1, 1), date(1985, 1, 1)),
        BirthDate(date(1987, 3, 4), date(1987, 3, 4)),
    )
    found = of(ClaimedIdentity(births=births))
    assert found.birth_days == ("19870304",)
    assert found.birth_defaults == ("19850101",)
    assert found.birth_years == (1985, 1987)
    assert (found.birth_from, found.birth_to) == (date(1985, 1, 1), date(1987, 3, 4))


def test_places_and_nationalities_are_canonical_and_historic_ones_opened() -> None:
    found = of(
        ClaimedIdentity(
            nationalities=("D", "CSK", "XXX", "DEU"),
            birth_places=(Place("YMD", "عدن"), Place("", "Aden")),
        )
    )
    assert found.nationalities == ("DEU", "CZE", "SVK")
    assert found.nationality == "DEU"
    assert found.birth_countries == ("YEM",)
    assert found.birth_localities == ("adn",)
    assert found.birth_locality == "adn"


def test_a_residence_is_an_address_or_a_locality_with_its_country() -> None:
    home = ClaimedIdentity(residences=(Place("AUS", "40 Maribyrnong Avenue, Bowral 4158"), Place("SYR", "ar-Raqqah")))
    found = of(home, named(PersonName("Karim Haddad"), category=IdentityCategory.MISUSED))
    assert found.addresses == (("40", "4158", "avenue", "bowral", "maribyrnong"),)
    assert found.residence_localities == of(ClaimedIdentity(birth_places=(Place("", "Raqqa"),))).birth_localities
    assert found.residence_countries == ("AUS", "SYR")


def test_given_names_are_those_of_good_names() -> None:
    found = of(named(PersonName("Karim Haddad"), PersonName("Salim", NameKind.ALIAS, NameQuality.LOW)))
    assert found.given_names == ("krim",)


def test_sex_is_known_only_when_stated_in_one_way() -> None:
    assert of(ClaimedIdentity(sexes=(Sex.MALE, Sex.UNSPECIFIED))).sex == "M"
    assert of(ClaimedIdentity(sexes=(Sex.FEMALE,))).sex == "F"
    assert of(ClaimedIdentity(sexes=(Sex.FEMALE, Sex.MALE))).sex is None
    assert of(ClaimedIdentity(sexes=(Sex.OTHER,))).sex is None
    assert of(ClaimedIdentity(sexes=(Sex.MALE, Sex.OTHER))).sex is None


def test_documents_give_keys_kinds_and_periods() -> None:
    found = of(
        documents=(
            TravelDocument("passport", "AB 12345", "SYR", date(2010, 1, 1), date(2016, 1, 1)),
            TravelDocument("passport", "AB-12345"),
            TravelDocument("national_id", "99", "SYR"),
        )
    )
    assert found.document_keys == ("SYR|passport|AB12345",)
    assert found.document_numbers == ("passport|AB12345",)
    assert found.document_kinds == ("SYR|passport",)
    assert found.document_periods == (("SYR|passport", "AB12345", date(2010, 1, 1), date(2016, 1, 1)),)


def test_biometric_results_stand_in_the_system_of_their_reference() -> None:
    results = (
        BiometricResult("F-2", BiometricOutcome.CONFIRMED_SAME),
        BiometricResult("F-3", BiometricOutcome.PROBABLE_SAME),
        BiometricResult("F-4", BiometricOutcome.UNVERIFIED_CANDIDATE),
        BiometricResult("F-5", BiometricOutcome.EXCLUDED),
        BiometricResult("F-6", BiometricOutcome.NO_HIT),
        BiometricResult("F-7", BiometricOutcome.INCONCLUSIVE),
    )
    found = of(biometrics=(BiometricReference("fingerprint", "fra-afis", " F-1 ", results),))
    assert found.biometric_references == ("FINGERPRINT|FRA-AFIS|F-1",)
    assert found.biometric_same == ("FINGERPRINT|FRA-AFIS|F-2",)
    assert found.biometric_probable == ("FINGERPRINT|FRA-AFIS|F-3",)
    assert found.biometric_candidates == ("FINGERPRINT|FRA-AFIS|F-4",)
    assert found.biometric_excluded == ("FINGERPRINT|FRA-AFIS|F-5",)


def test_contacts_keep_the_order_of_statement() -> None:
    found = of(
        contacts=(
            Contact(ContactKind.PHONE, "+33 1 23 45 67 89"),
            Contact(ContactKind.ACCOUNT, "@haddad"),
            Contact(ContactKind.PHONE, "0033123456789"),
        )
    )
    assert found.contacts == ("p:+33123456789", "a:haddad")
    assert found.contact == "p:+33123456789"


def test_only_a_stated_child_is_a_minor() -> None:
    assert of(minor=Minor.YES).minor is True
    assert of(minor=Minor.NO).minor is False
    assert of().minor is False
