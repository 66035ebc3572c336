"""What a store is resolved with, where a plan has changed that; kept in the store, with models that are not shipped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import duckdb

from resolver.domain.decision import ReviewReason
from resolver.domain.errors import StoreError
from resolver.domain.verdict import SecondPersonReason
from resolver.identity.link_table import LinkOutcome
from resolver.identity.policy import Bridge, Policy, policy_called, shipped_policy
from resolver.linkage.model import Model, ModelError, ModelTexts, model_of, read_model, shipped_model, shipped_models
from resolver.store.database import BRING_UP

CONFIGURATION: Final = "configuration"
"""The setting with the model's name and the policy."""


class ModelGone(StoreError):
    """The model that a store was resolved with is not kept, or is of comparisons that this version does not have."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What decisions are made with."""

    model: Model
    policy: Policy


def policy_to_text(policy: Policy) -> str:
    """A policy with all of its values, as JSON."""
    return json.dumps(
        {
            "name": policy.name,
            "merge_weight": policy.merge_weight,
            "review_weight": policy.review_weight,
            "support_weight": policy.support_weight,
            "bridges": [asdict(bridge) for bridge in policy.bridges],
            "outweighing": policy.outweighing,
            "ambiguity_margin": policy.ambiguity_margin,
            "refusals": sorted(reason.name for reason in policy.refusals),
            "unnamed": policy.unnamed.name,
            "second_person": sorted(reason.name for reason in policy.second_person),
            "model_approvals": policy.model_approvals,
        }
    )


def policy_from_text(text: str) -> Policy:
    """The policy that `policy_to_text` wrote."""
    body = _before_bridges(json.loads(text))
    return Policy(
        name=body["name"],
        merge_weight=body["merge_weight"],
        review_weight=body["review_weight"],
        support_weight=body["support_weight"],
        bridges=tuple(Bridge(**bridge) for bridge in body["bridges"]),
        outweighing=body["outweighing"],
        ambiguity_margin=body["ambiguity_margin"],
        refusals=frozenset(ReviewReason[name] for name in body["refusals"]),
        unnamed=LinkOutcome[body["unnamed"]],
        second_person=frozenset(SecondPersonReason[name] for name in body["second_person"]),
        # What was written before policies stated it is of shipped ones, and those ask for two.
        model_approvals=body.get("model_approvals", 2),
    )


def _before_bridges(body: dict[str, Any]) -> dict[str, Any]:
    """What a policy says; one of before version 7 of the standardiser had a single weight for all that bridges."""
    if "bridges" in body:
        return body
    weight = body["bridge_weight"]
    bridges = [{"below": weight, "support": body["bridge_support"]}]
    return body | {"support_weight": body["review_weight"], "bridges": bridges, "outweighing": weight}


def configuration_to_text(configuration: Configuration) -> str:
    """The setting that `configured` reads."""
    return json.dumps({"model": configuration.model.name, "policy": policy_to_text(configuration.policy)})


def configured(connection: duckdb.DuckDBPyConnection) -> Configuration | None:
    """What the last plan left the store with; None where none was ever applied.

    Raises:
        StoreError: its model is neither in the store nor shipped.
    """
    rows = connection.execute("SELECT value FROM settings WHERE name = ?", [CONFIGURATION]).fetchall()
    if not rows:
        return None
    body = json.loads(rows[0][0])
    return Configuration(stored_model(connection, body["model"]), policy_from_text(body["policy"]))


def begun_with(connection: duckdb.DuckDBPyConnection) -> Policy | None:
    """The shipped policy that the store is resolved with; None for a new store, or one of another policy."""
    rows = connection.execute("SELECT value FROM settings WHERE name = 'policy'").fetchall()
    return shipped_policy(rows[0][0]) if rows else None


def model_begun_with(connection: duckdb.DuckDBPyConnection) -> Model | None:
    """The model that the store is resolved with, though another is shipped by now; None for a new store.

    Raises:
        StoreError: it is neither in the store nor shipped.
    """
    rows = connection.execute("SELECT value FROM settings WHERE name = 'model'").fetchall()
    return stored_model(connection, rows[0][0]) if rows else None


def stored_model(connection: duckdb.DuckDBPyConnection, name: str) -> Model:
    """A model that the store keeps, or a shipped one.

    Raises:
        StoreError: there is none of that name, or it is damaged.
    """
    texts = stored_texts(connection, name)
    try:
        return model_of(texts)
    except ModelError as error:
        raise ModelGone(str(error)) from error


def stored_texts(connection: duckdb.DuckDBPyConnection, name: str) -> ModelTexts:
    """The texts of a model that the store keeps, or of a shipped one.

    Raises:
        StoreError: there is none of that name.
    """
    rows = connection.execute("SELECT name, parameters, frequencies FROM models WHERE name = ?", [name]).fetchall()
    try:
        return ModelTexts(*rows[0]) if rows else read_model(shipped_models()[name])
    except KeyError:
        gone = f"the store was resolved with {name}, which is neither kept in it nor shipped any more"
        raise ModelGone(f"{gone}. {BRING_UP}") from None
    except ModelError as error:
        raise ModelGone(str(error)) from error


def to_be_brought_up(connection: duckdb.DuckDBPyConnection, otherwise: Policy) -> Configuration:
    """What a store of another version is resolved with, as far as this version has it.

    In the place of a model that is gone stands the one that is shipped; a shipped policy has this version's values.
    `otherwise` is the policy where the store knows none.
    """
    try:
        stored = configured(connection)
        model = stored.model if stored else model_begun_with(connection)
    except ModelGone:
        model = None
    return Configuration(model or shipped_model(), _present_policy(connection) or otherwise)


def _present_policy(connection: duckdb.DuckDBPyConnection) -> Policy | None:
    rows = connection.execute("SELECT value FROM settings WHERE name = ?", [CONFIGURATION]).fetchall()
    if rows:
        return policy_from_text(json.loads(rows[0][0])["policy"])
    rows = connection.execute("SELECT value FROM settings WHERE name = 'policy'").fetchall()
    return policy_called(rows[0][0]) if rows else None
