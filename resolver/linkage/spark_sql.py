"""The definition's SQL, which is DuckDB's, as Spark reads it.

Spark has the same functions for lists under other names, and some that mean something else under the same name. Three
rules of writing let one be told from the other: the definition writes `len` of a list and `length` of a text, takes
signs of a text by number, and entries of a map by what it looks for.

A measure that many levels ask about stands as a call, `measure_agreement(...)`, in the conditions that Splink is given,
so that Splink sees which columns it reads. `statement_for_spark` has it worked out once a pair and read from a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp, parse_one

from resolver.linkage.comparison import OTHERWISE, Comparison, filled
from resolver.linkage.comparisons import COMPARISONS

_DIALECT: Final = "spark"
_LEN: Final = re.compile(r"\blen\(")
_SIDED: Final = re.compile(r"\b\w+_[lr]\b")
_MEASURE: Final = "measure_"


def in_spark(sql: str) -> str:
    """An expression of the definition for Spark."""
    # Both parse to one node, though Spark's LENGTH takes no list.
    tree = exp.Tuple(expressions=[parse_one(_LEN.sub("array_length(", sql), read="duckdb")])
    # The innermost first, since what stands around it takes it over.
    for node in reversed(list(tree.walk())):
        node.replace(_translated(node))
    return str(tree.expressions[0].sql(dialect=_DIALECT))


def condition_in_spark(comparison: Comparison, condition: str) -> str:
    """A level's condition for Splink on Spark, with its measures as calls."""
    if condition == OTHERWISE:
        return condition
    calls = {name: f"{_MEASURE}{name}({', '.join(_columns(sql))})" for name, sql in comparison.measures.items()}
    return in_spark(filled(condition, calls))


def statement_for_spark(statement: str) -> str:
    """A statement of Splink's, which is SQL for Spark, as it is run.

    What is selected from a table finds each measure of it in a column. Numbers that are cast to double precision are
    written so, since Spark takes others for decimals.
    """
    tree = parse_one(statement, read=_DIALECT)
    for cast in list(tree.find_all(exp.Cast)):
        if cast.is_type(exp.DType.DOUBLE) and cast.this.is_number:
            cast.replace(exp.Var(this=f"{cast.this.sql(dialect=_DIALECT)}D"))
    for select in list(tree.find_all(exp.Select)):
        calls = _calls(select)
        if calls:
            _measure(select, calls)
    return str(tree.sql(dialect=_DIALECT))


def _measure(select: exp.Select, calls: Mapping[str, list[exp.Anonymous]]) -> None:
    """Puts the measures into columns of what is selected from."""
    columns = ", ".join(f"{MEASURES[name]} AS {_MEASURE}{name}" for name in calls)
    source = select.args["from_"].this
    measured = parse_one(f"SELECT *, {columns} FROM {source.sql(dialect=_DIALECT)}", read=_DIALECT)  # noqa: S608 - SQL of the definition
    for name, found in calls.items():
        for call in found:
            call.replace(exp.column(f"{_MEASURE}{name}"))
    source.replace(exp.Subquery(this=measured, alias=exp.TableAlias(this=exp.to_identifier(source.alias_or_name))))


def _calls(select: exp.Select) -> dict[str, list[exp.Anonymous]]:
    """The calls of measures among what is selected, by the measures' names."""
    found: dict[str, list[exp.Anonymous]] = {}
    for each in select.expressions:
        for call in each.find_all(exp.Anonymous):
            name = call.name.lower().removeprefix(_MEASURE)
            if name in MEASURES:
                found.setdefault(name, []).append(call)
    return found


def _columns(sql: str) -> list[str]:
    return list(dict.fromkeys(_SIDED.findall(sql)))


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _with(sql: str, **values: exp.Expr) -> exp.Expr:
    """SQL for Spark with expressions in the places of columns."""
    tree = parse_one(sql, read=_DIALECT)
    for column in list(tree.find_all(exp.Column)):
        if column.name in values:
            column.replace(values[column.name].copy())
    return tree


def _total(numbers: exp.Expr) -> exp.Expr:
    """DuckDB adds up single-precision numbers in double precision; Spark's sum of none is 0, where DuckDB has NULL."""
    return _with("AGGREGATE(numbers, CAST(0 AS DOUBLE), (total, number) -> total + number)", numbers=numbers)


def _all_in(whole: exp.Expr, some: exp.Expr) -> exp.Expr:
    missing = _call("ARRAY_EXCEPT", some, whole)
    return exp.EQ(this=exp.ArraySize(this=missing), expression=exp.Literal.number(0))


def _of_bytes(name: str) -> Callable[..., exp.Expr]:
    """DuckDB compares the bytes of two texts, Spark their signs: a text with a sign for each of its bytes is both."""
    in_bytes = "DECODE(ENCODE(text, 'UTF-8'), 'ISO-8859-1')"

    def call(*texts: exp.Expr) -> exp.Expr:
        return _call(name, *(_with(in_bytes, text=text) for text in texts))

    return call


_RENAMED: Final[Mapping[str, Callable[..., exp.Expr]]] = {
    # DuckDB has nothing in common with NULL on the right, and NULL in common with NULL on the left.
    "LIST_INTERSECT": lambda one, other: _with("ARRAY_INTERSECT(one, COALESCE(other, ARRAY()))", one=one, other=other),
    "LIST_SUM": _total,
    "LIST_HAS_ALL": _all_in,
    "JACCARD": _of_bytes("JACCARD"),
    "DAMERAU_LEVENSHTEIN": _of_bytes("DAMERAU_LEVENSHTEIN"),
}


def _translated(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Anonymous() if node.name.upper() in _RENAMED:
            return _RENAMED[node.name.upper()](*node.expressions)
        case exp.ArrayOverlaps():
            return _call("ARRAYS_OVERLAP", node.this, node.expression)
        case exp.DateDiff():
            return _call("DATEDIFF", node.this, node.expression)
        case exp.Levenshtein():
            return _of_bytes("LEVENSHTEIN")(node.this, node.expression)
        case exp.Bracket() if node.expressions[0].is_number:
            place = int(node.expressions[0].name) + 1
            return _call("SUBSTRING", node.this, exp.Literal.number(place), exp.Literal.number(1))
    return node


MEASURES: Final[Mapping[str, str]] = {
    name: in_spark(sql) for comparison in COMPARISONS for name, sql in comparison.measures.items()
}
"""The measures of the definition, by name, for Spark."""
