"""Training: u by random sampling; m from a truth, from verdicts, or by Splink's expectation maximisation.

Names, places and parents go with a nationality. u is therefore learned step by step: of names among
all pairs, of nationality among pairs of one name, of parents, places and documents among pairs of one
nationality. So what one comparison has said is not counted again by the next. u is sampled from one
record of each person, without a truth of each apparent person: at some 10^-6 the matches among random
pairs would be most of the agreement that is seen.

Levels that band one kind of agreement by rarity share a u, learned for the kind: it halves with each bit of rarity,
as a term-frequency adjustment would have it. Bands too rare for any sample get the u that follows from the common ones.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.apparent_persons import one_of_each_apparent_person
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.comparison import Comparison, Level, Strangers
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.em_blocks import EM_BLOCKS, BlockValues, EmBlock, block_values
from resolver.linkage.level_counts import Pairs, level_shares
from resolver.linkage.model import LevelParameters
from resolver.linkage.settings import policy_parameters, splink_settings
from resolver.linkage.term_frequencies import REFERENCE_HOLDING, TermFrequencies, count_terms
from resolver.linkage.verdicts import RecordPair, smoothed_m

_LEAST_M = 1e-4
_LEAST_U = 1e-7
"""What a level that was never seen gets, about one in the pairs that training looks at."""
_LEAST_M_OF_A_BAND = 1e-5
_FEWEST_OF_A_NATIONALITY = 50
_ITERATIONS = (25, 8, 3)
"""Of expectation maximisation, at most. In small files m of a level may halve its digits with each."""
_MOST_BEARERS = 20
"""Bearers of one name whose pairs are looked at."""
_NO_PAIRS: Pairs = np.empty((0, 2), np.int64)

Progress = Callable[[str], None]


class NothingToLearnFrom(Exception):
    """No pair of records agrees in anything that expectation maximisation could begin with."""


@dataclass(frozen=True, slots=True)
class EmSession:
    """One session of expectation maximisation: what it blocked on, the pairs it looked at, those that it left out."""

    block: EmBlock
    pairs: int
    pairs_left_out: int


@dataclass(frozen=True, slots=True)
class Trained:
    """What training learned; `levels` by level code.

    `estimates` is Splink's chart of what each session estimated, as a Vega-Lite specification, where
    there were several sessions.
    """

    levels: Mapping[str, LevelParameters]
    frequencies: TermFrequencies
    sessions: tuple[EmSession, ...] = ()
    estimates: Mapping[str, Any] | None = None


def train(
    records: Sequence[ComparableRecord],
    persons: Sequence[str] | None,
    prior: float,
    *,
    sampled_pairs: float,
    seed: int,
    progress: Progress,
    same: Sequence[RecordPair] = (),
    holding: int = REFERENCE_HOLDING,
) -> Trained:
    """Learns m and u of every level.

    Args:
        records: the comparable records, at least some thousand.
        persons: the person of each record where a truth is known; m is then counted from it.
        prior: probability that two random records match.
        sampled_pairs: random pairs to sample u from.
        seed: seed of the samples.
        progress: told what is being done.
        same: pairs of places in `records` that somebody judged to be one person; without `persons`, m is then
            counted from them.
        holding: records of the holding that the model is for.

    Raises:
        NothingToLearnFrom: there is neither, and no two records agree in anything to begin with.
    """
    logging.getLogger("splink").addHandler(logging.NullHandler())
    progress("counting term frequencies")
    frequencies = count_terms(records, holding)
    keys = [[key.key for key in blocking_keys(record, frequencies)] for record in records]
    table = comparable_table(range(len(records)), records, frequencies)
    table = table.append_column("blocking_keys", pa.array(keys, pa.list_(pa.uint64())))
    progress("sampling random pairs for u")
    strangers = one_of_each_apparent_person(records) if persons is None else _one_of_each(persons)
    u = _learned_u(table.take(strangers), int(sampled_pairs), np.random.default_rng(seed))
    if persons is not None:
        progress("counting m from the truth")
        return Trained(_parameters(u, level_shares(table, _pairs_within(persons), COMPARISONS)), frequencies)
    if same:
        progress("counting m from verdicts")
        return Trained(_parameters(u, smoothed_m(table, same)), frequencies)
    return _by_expectation_maximisation(table, frequencies, prior, u, seed, progress)


def _by_expectation_maximisation(
    table: pa.Table,
    frequencies: TermFrequencies,
    prior: float,
    u: Mapping[str, float],
    seed: int,
    progress: Progress,
) -> Trained:
    blocks = [(block, block_values(table, block, seed)) for block in EM_BLOCKS]
    if not any(values.pairs for _, values in blocks):
        words = " or ".join(block.words for block in EM_BLOCKS)
        raise NothingToLearnFrom(f"no two records agree in {words}, so m cannot be estimated")
    for block, values in blocks:
        table = table.append_column(block.name, values.column)
    for iterations in _ITERATIONS[:-1]:
        try:
            return _sessions(table, blocks, frequencies, prior, u, iterations, progress)
        except ValueError:
            progress("a level that only strangers show shrank beyond what a number can hold: again, less often")
    return _sessions(table, blocks, frequencies, prior, u, _ITERATIONS[-1], progress)


def _sessions(
    table: pa.Table,
    blocks: Sequence[tuple[EmBlock, BlockValues]],
    frequencies: TermFrequencies,
    prior: float,
    u: Mapping[str, float],
    iterations: int,
    progress: Progress,
) -> Trained:
    linker = _linker(table, prior, u, iterations)
    sessions = []
    for block, values in blocks:
        progress(f"estimating m with {values.pairs:,} pairs equal in {block.words}")
        if values.pairs:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block.rule, estimate_without_term_frequencies=True
            )
            sessions.append(EmSession(block, values.pairs, values.pairs_left_out))
    estimates = linker.visualisations.parameter_estimate_comparisons_chart().chart_dict
    return Trained(_parameters(u, _learned_m(linker)), frequencies, tuple(sessions), estimates)


def _learned_u(table: pa.Table, sampled_pairs: int, rng: np.random.Generator) -> dict[str, float]:
    """U of every level, each comparison among its own strangers."""
    anyone, countrymen, namesakes = (
        tuple(comparison for comparison in COMPARISONS if comparison.strangers is kind)
        for kind in (Strangers.ANYONE, Strangers.COUNTRYMEN, Strangers.NAMESAKES)
    )
    return (
        level_shares(table, _random_pairs(np.arange(len(table)), sampled_pairs, rng), anyone)
        | level_shares(table, _of_one_nationality(table, sampled_pairs, rng), countrymen)
        | level_shares(table, _of_one_name(table), namesakes)
    )


def _random_pairs(places: NDArray[np.int64], count: int, rng: np.random.Generator) -> Pairs:
    """As many pairs of different places, drawn at random; all pairs where there are no more."""
    if len(places) * (len(places) - 1) // 2 <= count:
        return places[np.column_stack(np.triu_indices(len(places), 1))]
    one = rng.integers(0, len(places), count)
    # The other one is not the same: so many places further on, round the end.
    other = (one + rng.integers(1, len(places), count)) % len(places)
    return places[np.column_stack((one, other))]


def _of_one_nationality(table: pa.Table, count: int, rng: np.random.Generator) -> Pairs:
    """Pairs of one nationality: of each as many as its part of all such pairs."""
    people: defaultdict[str, list[int]] = defaultdict(list)
    for place, nationality in enumerate(table["nationality"].to_pylist()):
        if nationality is not None:
            people[nationality].append(place)
    large = [places for places in people.values() if len(places) >= _FEWEST_OF_A_NATIONALITY]
    all_pairs = sum(len(places) ** 2 for places in large)
    drawn = (_random_pairs(np.array(places), count * len(places) ** 2 // all_pairs, rng) for places in large)
    return np.concatenate([_NO_PAIRS, *drawn])


def _of_one_name(table: pa.Table) -> Pairs:
    """Pairs of one whole name, of two parts at least."""
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(table["name_key"].to_pylist()):
        if name is not None and " " in name:
            bearers[name].append(place)
    pairs = [pair for places in bearers.values() for pair in combinations(places[:_MOST_BEARERS], 2)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _pairs_within(persons: Sequence[str]) -> Pairs:
    """All pairs of records of one person."""
    records: defaultdict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(persons):
        records[person].append(place)
    pairs = [pair for places in records.values() for pair in combinations(places, 2)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _one_of_each(persons: Sequence[str]) -> list[int]:
    first: dict[str, int] = {}
    for place, person in enumerate(persons):
        first.setdefault(person, place)
    return list(first.values())


def _linker(
    table: pa.Table,
    prior: float,
    u: Mapping[str, float],
    iterations: int,
) -> Linker:
    """A linker on a table; `u` of levels by code."""
    settings = splink_settings(prior) | {"max_iterations": iterations}
    for comparison, described in zip(COMPARISONS, settings["comparisons"], strict=True):
        for level, stated in zip(comparison.levels, described["comparison_levels"][1:], strict=True):
            if level.weight is None:
                stated["u_probability"] = max(u.get(comparison.code(level), 0.0), _LEAST_U)
    api = DuckDBAPI(duckdb.connect())
    return Linker(api.register(table), settings, log_level=None)


def _parameters(u: Mapping[str, float], m: Mapping[str, float]) -> dict[str, LevelParameters]:
    return {
        comparison.code(level): parameters
        for comparison in COMPARISONS
        for level, parameters in _of_comparison(comparison, u, m)
    }


def _of_comparison(
    comparison: Comparison, u: Mapping[str, float], m: Mapping[str, float]
) -> Iterator[tuple[Level, LevelParameters]]:
    banded: defaultdict[str, list[Level]] = defaultdict(list)
    for level in comparison.levels:
        if level.rarity is not None:
            banded[level.kind].append(level)
        elif level.weight is not None:
            yield level, policy_parameters(level.weight)
        else:
            code = comparison.code(level)
            yield level, LevelParameters(m=max(m.get(code, 0.0), _LEAST_M), u=max(u.get(code, 0.0), _LEAST_U))
    for bands in banded.values():
        yield from _of_bands(comparison, bands, u, m)


def _of_bands(
    comparison: Comparison, bands: Sequence[Level], u: Mapping[str, float], m: Mapping[str, float]
) -> Iterator[tuple[Level, LevelParameters]]:
    """Parameters of the bands of one kind: m as learned, u as learned for all together, halved with each bit."""
    total = max(sum(u.get(comparison.code(level), 0.0) for level in bands), _LEAST_U)
    learned = {level: max(m.get(comparison.code(level), 0.0), _LEAST_M_OF_A_BAND) for level in bands}
    halved = {level: share * 2.0 ** -(level.rarity or 0.0) for level, share in learned.items()}
    scale = total / sum(halved.values())
    for level in bands:
        yield level, LevelParameters(m=learned[level], u=halved[level] * scale)


def _learned_m(linker: Linker) -> dict[str, float]:
    """Reads m of every trained level out of the settings that Splink saves."""
    saved: dict[str, Any] = linker.misc.save_model_to_json()
    found: dict[str, float] = {}
    for comparison, described in zip(COMPARISONS, saved["comparisons"], strict=True):
        trained = [level for level in described["comparison_levels"] if not level.get("is_null_level")]
        for level, parameters in zip(comparison.levels, trained, strict=True):
            if isinstance(parameters.get("m_probability"), float):
                found[comparison.code(level)] = parameters["m_probability"]
    return found
