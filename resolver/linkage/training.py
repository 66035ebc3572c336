"""Training: u by random sampling, m by expectation maximisation or from a truth, with Splink.

Names, places and parents go with a nationality. Their u is therefore sampled among pairs of one
nationality: what a common nationality already says is not counted a second time. Where a truth is
given, u is sampled from one record of each person: at some 10^-6 the matches among random pairs
would be most of the agreement that is seen. Without one the holding's own matches are few against
its pairs, as Fellegi and Sunter assume.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, block_on

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import LevelParameters
from resolver.linkage.settings import policy_parameters, splink_settings
from resolver.linkage.term_frequencies import TermFrequencies, count_terms

_LEAST_M = 1e-4
_LEAST_U = 1e-7
"""What a level that was never seen gets, about one in the pairs that training looks at."""
_FEWEST_OF_A_NATIONALITY = 50
_EM_BLOCKS: tuple[tuple[str, ...], ...] = (("name_key",), ("birth_from", "birth_to", "birth_locality"))
"""Two rules for expectation maximisation; what one blocks on, the other estimates."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What training learned; `levels` by level code."""

    levels: Mapping[str, LevelParameters]
    frequencies: TermFrequencies


def train(
    records: Sequence[ComparableRecord],
    persons: Sequence[str] | None,
    prior: float,
    *,
    sampled_pairs: float,
    seed: int,
    progress: Progress,
) -> Trained:
    """Learns m and u of every level.

    Args:
        records: the comparable records, at least some thousand.
        persons: the person of each record where a truth is known; m is then counted from it.
        prior: probability that two random records match.
        sampled_pairs: random pairs to sample u from.
        seed: seed of the sample.
        progress: told what is being done.
    """
    logging.getLogger("splink").addHandler(logging.NullHandler())
    progress("counting term frequencies")
    frequencies = count_terms(records)
    keys = [[key.key for key in blocking_keys(record, frequencies)] for record in records]
    table = comparable_table(range(len(records)), records, frequencies)
    table = table.append_column("blocking_keys", pa.array(keys, pa.list_(pa.uint64())))
    if persons is not None:
        table = table.append_column("person", pa.array(persons, pa.string()))
    progress("sampling random pairs for u")
    unrelated = table if persons is None else table.take(_one_of_each(persons))
    u = _sampled_u(unrelated, prior, sampled_pairs, seed)
    m_linker = _linker(table, prior)
    if persons is not None:
        progress("counting m from the truth")
        m_linker.training.estimate_m_from_label_column("person")
    else:
        m_linker.training.estimate_u_using_random_sampling(max_pairs=sampled_pairs, seed=seed)
        for columns in _EM_BLOCKS:
            progress(f"estimating m with pairs equal in {' and '.join(columns)}")
            m_linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), estimate_without_term_frequencies=True
            )
    return Trained(_parameters(u, _by_code(m_linker, "m_probability")), frequencies)


def _sampled_u(table: pa.Table, prior: float, sampled_pairs: float, seed: int) -> dict[str, float]:
    """U of every level: of nationality among all pairs, of the others among pairs of one nationality."""
    everywhere = _u_of(table, prior, sampled_pairs, seed)
    within: defaultdict[str, float] = defaultdict(float)
    weights: defaultdict[str, float] = defaultdict(float)
    for nationality, count in Counter(table["nationality"].to_pylist()).items():
        if nationality is None or count < _FEWEST_OF_A_NATIONALITY:
            continue
        countrymen = table.filter(pc.equal(table["nationality"], nationality))
        for code, u in _u_of(countrymen, prior, sampled_pairs, seed).items():
            within[code] += count * count * u
            weights[code] += count * count
    shared = {code: total / weights[code] for code, total in within.items() if not code.startswith("nationality.")}
    return everywhere | shared


def _u_of(table: pa.Table, prior: float, sampled_pairs: float, seed: int) -> dict[str, float]:
    linker = _linker(table, prior)
    linker.training.estimate_u_using_random_sampling(max_pairs=sampled_pairs, seed=seed)
    return _by_code(linker, "u_probability")


def _one_of_each(persons: Sequence[str]) -> list[int]:
    first: dict[str, int] = {}
    for place, person in enumerate(persons):
        first.setdefault(person, place)
    return list(first.values())


def _linker(table: pa.Table, prior: float) -> Linker:
    api = DuckDBAPI(duckdb.connect())
    return Linker(api.register(table), splink_settings(prior), log_level=None)


def _parameters(u: Mapping[str, float], m: Mapping[str, float]) -> dict[str, LevelParameters]:
    return {
        comparison.code(level): policy_parameters(level.weight)
        if level.weight is not None
        else LevelParameters(
            m=max(m.get(comparison.code(level), 0.0), _LEAST_M),
            u=max(u.get(comparison.code(level), 0.0), _LEAST_U),
        )
        for comparison in COMPARISONS
        for level in comparison.levels
    }


def _by_code(linker: Linker, field: str) -> dict[str, float]:
    """Reads one parameter of every trained level out of the settings that Splink saves."""
    saved: dict[str, Any] = linker.misc.save_model_to_json()
    found: dict[str, float] = {}
    for comparison, described in zip(COMPARISONS, saved["comparisons"], strict=True):
        trained = [level for level in described["comparison_levels"] if not level.get("is_null_level")]
        for level, parameters in zip(comparison.levels, trained, strict=True):
            if isinstance(parameters.get(field), float):
                found[comparison.code(level)] = parameters[field]
    return found
