"""A diagnosis as SARIF 2.1.0, the format of code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePath
from typing import Any

import procsem
from procsem.check.diagnose import Diagnosis, Finding
from procsem.check.rules import CAUSES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/procsem/procsem"


def render(diagnosis: Diagnosis, root: Path) -> str:
    """Return the SARIF log. Paths below ``root`` are relative to it, so that the host finds the files."""
    return json.dumps(to_sarif(diagnosis, root), indent=2, ensure_ascii=False) + "\n"


def to_sarif(diagnosis: Diagnosis, root: Path) -> dict[str, Any]:
    """Return the SARIF log as JSON data."""
    names = sorted({finding.cause.name for finding in diagnosis.findings})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "procsem",
                        "version": procsem.__version__,
                        "informationUri": _HOME,
                        "rules": [_rule(name) for name in names],
                    }
                },
                "originalUriBaseIds": {"ROOT": {"uri": root.as_uri().rstrip("/") + "/"}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, names, root) for finding in diagnosis.findings],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    cause = CAUSES[name]
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": name.replace("-", " ")},
        "fullDescription": {"text": cause.general_explanation},
        "help": {"text": cause.general_fix},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding, names: list[str], root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.cause.name,
        "ruleIndex": names.index(finding.cause.name),
        "level": "error",
        "message": {"text": f"{finding.explanation} {finding.fix} Seen under {', '.join(finding.start_methods)}."},
        "locations": [_location(finding.file, finding.line, root)],
        "partialFingerprints": {"cause/v1": _fingerprint(finding, root)},
        "properties": {
            "startMethods": list(finding.start_methods),
            "pythons": list(finding.pythons),
            "appearsOn": list(finding.appears_on),
            "confirmed": finding.confirmed,
            "claims": list(finding.cause.claims),
        },
    }
    if finding.also:
        result["relatedLocations"] = [
            {"id": number, **_location(finding.file, line, root)} for number, line in enumerate(finding.also)
        ]
    return result


def _location(file: str, line: int, root: Path) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(file, root),
            "region": {"startLine": max(line, 1)},
        }
    }


def _artifact(file: str, root: Path) -> dict[str, str]:
    path = Path(file)
    if path.is_absolute():
        try:
            return {"uri": path.relative_to(root).as_posix(), "uriBaseId": "ROOT"}
        except ValueError:
            return {"uri": path.as_uri()}
    return {"uri": PurePath(file).as_posix(), "uriBaseId": "ROOT"}


def _fingerprint(finding: Finding, root: Path) -> str:
    """Return what stays the same when lines move: the cause, the file and the evidence."""
    text = json.dumps([finding.cause.name, _artifact(finding.file, root)["uri"], finding.explanation])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
