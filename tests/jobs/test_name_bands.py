"""Records fall into quarters by how common their names are."""

from collections import Counter

from resolver.domain.comparable import ComparableRecord
from resolver.jobs.evaluation import evaluate
from resolver.jobs.name_bands import BANDS, name_bands
from resolver.jobs.truth import TrueRecord
from resolver.linkage.term_frequencies import count_terms
from resolver.standardise.record import standardise


def named(*parts):
    key = " ".join(parts)
    return ComparableRecord(name_key=key, name_parts=parts, name_tokens=(parts,))


def test_bands_are_quarters_of_the_records_that_have_a_name(corpus):
    records = [standardise(record) for record in corpus]
    counts = Counter(name_bands(records, count_terms(records)))
    named_records = sum(counts[band] for band in BANDS)
    assert named_records > 1_000
    assert counts[""] == len(records) - named_records
    for band in BANDS:
        assert 0.2 < counts[band] / named_records < 0.3


def test_a_commoner_name_is_never_in_a_rarer_band():
    records = [named("mhmd", "ahmd")] * 40 + [named("mhmd", "krm")] * 10 + [named("znb", "krm")] * 5 + [named("xyz")]
    bands = name_bands(records, count_terms(records))
    order = [BANDS.index(band) for band in bands]
    assert order == sorted(order, reverse=True)
    assert bands[0] == "very common"
    assert bands[-1] == "rare"


def test_without_a_name_there_is_no_band():
    records = [ComparableRecord(), named("a", "b")]
    assert name_bands(records, count_terms(records))[0] == ""
    assert name_bands(records[:1], count_terms(records)) == [""]


def test_figures_are_told_by_band():
    truth = [TrueRecord(f"r{n}", f"p{n // 2}", name_band="rare" if n < 4 else "common") for n in range(8)]
    identity_of = {f"r{n}": f"i{n // 2}" for n in range(8)} | {"r0": "other"}
    rare, common = evaluate(truth, identity_of, minimum_pairs=1).by_name_band
    assert (rare.group, rare.pairs.true, rare.pairs.right) == ("rare", 2, 1)
    assert (common.group, common.pairs.recall) == ("common", 1.0)
