"""Write the JSON schema of claims.toml, which editors use: ``python -m procsem_dev.claims_schema``.

The facts, their types and all choices are taken from the code; the keys of a claim are written here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from procsem import catalogue
from procsem.catalogue.tables import DEFAULT_KEYS
from procsem.environment import CONDITIONS
from procsem.model import DECIDERS, Effect, ResidueKind, Verdict
from procsem.model.facts import START_METHOD, FactKind, FactType

FILE = Path(catalogue.__file__).with_name("claims.schema.json")

Schema = dict[str, Any]


def schema() -> Schema:
    """Return the schema, of draft 7, which editors know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Claims of procsem",
        "description": "One table per claim, named like the last part of its id. CONTRIBUTING.md explains the keys.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"defaults": ref("defaults")},
        "patternProperties": {"^(?!defaults$)[a-z0-9]+(-[a-z0-9]+)*$": ref("claim")},
        "definitions": {
            "defaults": table(
                "Keys for every claim of the file that does not have them.", {key: CLAIM[key] for key in DEFAULT_KEYS}
            ),
            "claim": table("One claim.", CLAIM, required=["says", "expect"]),
            "arm": table("One set-up of the test.", ARM, required=["predicts"]),
            "remedy": table("One change of a user's program.", REMEDY, required=["says", "predicts"]),
            "failure": table("Where a remedy does not help.", FAILURE, required=["when", "because", "see"]),
            "rule": {
                **table("One expected verdict.", RULE, required=["verdict", "because", "see"]),
                "if": {"properties": {"verdict": {"const": "refuted"}}},
                "then": {"required": ["observes"]},
                "else": {"not": {"required": ["observes"]}},
            },
            "see": {"anyOf": [ref("reference"), some(ref("reference"))]},
            "reference": {
                "description": "An address, or a short form: docs:multiprocessing#..., cpython:v3.14.0/Lib/..., "
                "man:wait(2), posix:functions/fork, win32:...",
                "type": "string",
                "pattern": r"^(https?://\S+|(docs|posix|win32):\S+|cpython:(v3\.|issues/|pull/)\S+"
                r"|man:[\w.+-]+\(\d\w*\)(#\S+)?)$",
            },
            "facts": {"type": "object", "minProperties": 1, "additionalProperties": ref("comparison")},
            "comparison": {
                "description": "Plain data that the fact must equal, or a table that says how it is compared.",
                "anyOf": [{"type": ["string", "number", "boolean", "array"]}, *COMPARISONS],
            },
            "other_fact": {"description": 'A fact of the same arm, or "arm.fact".', "type": "string"},
            "condition": table(
                "Facts of the environment, all of which must hold.",
                {
                    "any": {"description": "Conditions, one of which must hold.", **some(ref("condition"))},
                    **{
                        name: fact_values(fact)
                        for name, fact in {"start_method": START_METHOD, **CONDITIONS}.items()
                        if fact.kind is not FactKind.LIST
                    },
                },
            ),
            "bounds": {**table("", {key: {"type": "number"} for key in ("at_least", "at_most")}), "minProperties": 1},
            "version_range": {"type": "string", "pattern": f"^{VERSION_BOUND}(,{VERSION_BOUND})*$"},
        },
    }


def ref(name: str, description: str = "") -> Schema:
    """Return a reference to a definition; draft 7 ignores everything next to ``$ref``."""
    target = {"$ref": f"#/definitions/{name}"}
    return {"description": description, "allOf": [target]} if description else target


def table(description: str, keys: Schema, required: list[str] | None = None) -> Schema:
    """Return the schema of a table that has only these keys."""
    more = {"required": required} if required else {}
    words = {"description": description} if description else {}
    return {**words, "type": "object", "additionalProperties": False, **more, "properties": keys}


def some(item: Schema) -> Schema:
    """Return the schema of a list that is not empty."""
    return {"type": "array", "minItems": 1, "items": item}


def text(description: str) -> Schema:
    """Return the schema of a text that is not blank."""
    return {"description": description, "type": "string", "pattern": r"\S"}


def arms(description: str, kind: str = "arm") -> Schema:
    """Return the schema of a table of arms."""
    return {"description": description, "type": "object", "minProperties": 1, "additionalProperties": ref(kind)}


def fact_values(fact: FactType) -> Schema:
    """Return the schema of the values that a condition can compare a fact with."""
    one: Schema = {"enum": list(fact.choices)} if fact.choices else {"type": "string"}
    values: dict[FactKind, Schema] = {
        FactKind.TRUTH: {"type": "boolean"},
        FactKind.VERSION: {"allOf": [ref("version_range")]},
        FactKind.NUMBER: {"anyOf": [{"type": "number"}, some({"type": "number"}), ref("bounds")]},
        FactKind.TEXT: {"anyOf": [one, some(one)]},
    }
    return {"description": fact.meaning, **values[fact.kind]}


VERSION_BOUND = r"\s*(==|!=|<=|>=|<|>|~=)\s*\d[\w.*]*\s*"
SEE = ref("see", "The sources.")
BECAUSE = text("The reason.")
EFFECT = {"description": "What the verdict means for a user's program.", "enum": [*Effect]}
RULE: Schema = {
    "verdict": {"enum": [str(Verdict.UPHELD), str(Verdict.REFUTED)]},
    "when": ref("condition"),
    "observes": {
        "description": "With refuted: what is seen instead, in the arm `experiment` or below the name of an arm.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"not": {"enum": ["verdict", "when", "because", "see", "effect"]}},
        "additionalProperties": {"anyOf": [ref("comparison"), ref("facts")]},
    },
    "because": BECAUSE,
    "see": SEE,
    "effect": EFFECT,
}
ARM: Schema = {
    "predicts": ref("facts"),
    "run": {"description": "The function of the probe, if it does not have the arm's name.", "type": "string"},
}
FAILURE: Schema = {"when": ref("condition"), "observes": ref("facts"), "because": BECAUSE, "see": SEE}
REMEDY: Schema = {
    "says": text("The change, as an instruction."),
    **ARM,
    "fails": {"description": "Where it does not help.", "type": "array", "items": ref("failure")},
}
LINE: Schema = {"type": "integer", "minimum": 1}
CLAIM: Schema = {
    "says": text("The statement, in our words."),
    "source": {
        "description": "The line of the document that makes the statement. Absent if the document does not make it.",
        "anyOf": [LINE, table("", {"line": LINE, "section": {"type": "string"}}, required=["line"])],
    },
    "decided_by": {"description": "Whose code decides it.", "enum": list(DECIDERS)},
    "predicts": ref("facts", "The facts that the arm `experiment` must show."),
    "control": ref("facts", "The facts that the arm `control` must show: the mechanism is taken away."),
    "arms": arms("More arms with the mechanism at work."),
    "controls": arms("More arms with the mechanism taken away."),
    "remedies": arms("Changes that make a user's program work where the claim says that it breaks.", "remedy"),
    "no_remedy": text("The reason that no remedy is given."),
    "expect": {
        "description": "The expected verdicts. The last rule that applies wins; the first one has no `when`.",
        **some(ref("rule")),
    },
    "effect": table("What each verdict means for a user's program.", dict.fromkeys(("upheld", "refuted"), EFFECT)),
    "needs": ref("condition", "Facts of the environment without which the claim is unsupported."),
    "probe": {"description": "The script, if it does not have the claim's name.", "type": "string"},
    "per_start_method": {
        "description": "False if no start method can influence the result: the claim then runs once.",
        "type": "boolean",
    },
    "alone": {
        "description": "True if the probe compares durations: nothing else runs at the same time.",
        "type": "boolean",
    },
    "seconds": {"description": "The timeout of the probe.", "type": "number", "exclusiveMinimum": 0, "maximum": 3600},
    "residue": {
        "description": "What the probe leaves behind on purpose.",
        "type": "array",
        "items": {"enum": [*ResidueKind]},
    },
    "note": text("What a reader should know."),
}
_OTHER = ref("other_fact")
COMPARISONS: list[Schema] = [
    table("The fact is null: a status was lost, or nothing was there.", {"none": {"const": True}}, required=["none"]),
    table("The fact equals one of these.", {"one_of": {"type": "array", "minItems": 1}}, required=["one_of"]),
    table("It equals another fact.", {"same_as": _OTHER}, required=["same_as"]),
    table("It does not equal another fact.", {"differs_from": _OTHER}, required=["differs_from"]),
    table("It is a count of trials.", {"seen": {"enum": ["never", "sometimes", "always"]}}, required=["seen"]),
    {
        **table(
            "The number, or its ratio to another, is within these bounds.",
            {"at_least": {"type": "number"}, "at_most": {"type": "number"}, "ratio_to": _OTHER},
        ),
        "anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}],
    },
]


def text_of_schema() -> str:
    """Return the text of the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text_of_schema(), encoding="utf-8")
