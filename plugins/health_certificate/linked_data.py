"""What a linked-data proof signs: JSON-LD to RDF, RDF to canonical N-Quads (RDFC-1.0), SHA-256. For DIVOC's documents only.

Contexts are the shipped ones, whatever a document names; nothing is fetched. Bounded: canonical labels of blank nodes can take
time that doubles with every node, so documents with many, or with nodes that name each other, are not looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

MOST_OBJECTS = 24  # objects in a document; real ones have about 8
MOST_ALIKE = 3  # objects in one list
DEEPEST = 8
_TYPES = {"VerifiableCredential", "ProofOfVaccinationCredential"}
_CREDENTIAL = "https://www.w3.org/2018/credentials#"


class CannotBeCanonical(ValueError):
    """The text that was signed cannot be made from this document."""


def digest_of_credential(document: Mapping[str, Any]) -> tuple[bytes, frozenset[str]]:
    """SHA-256 of the canonical document, and which of ``credentialSubject`` and ``evidence`` it covers whole: a part whose id is no
    IRI is left out by JSON-LD, and then nobody signed it. Raises ``CannotBeCanonical``."""
    types = document.get("type")
    if not isinstance(types, list) or set(types) != _TYPES:
        raise CannotBeCanonical
    quads = _canonical({**document, "@context": _context("credential")})
    evidence = document.get("evidence")
    wanted = {"credentialSubject": 1, "evidence": len(evidence) if isinstance(evidence, list) else 1}
    covered = {name for name, parts in wanted.items() if quads.count(f" <{_CREDENTIAL}{name}> ") == parts}
    return hashlib.sha256(quads.encode()).digest(), frozenset(covered)


def digest_of_proof(proof: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical proof options, which are the proof without its signature. Raises ``CannotBeCanonical``."""
    return hashlib.sha256(_canonical({**proof, "@context": _context("proof")}).encode()).digest()


@cache
def _context(name: str) -> dict[str, Any]:
    text = (resources.files(__package__ or "") / "contexts" / f"{name}.json").read_text("utf-8")
    context: dict[str, Any] = json.loads(text)
    return context


def _canonical(document: Mapping[str, Any]) -> str:
    import pyoxigraph as rdf  # 10 MB of memory that only sites with DIVOC certificates pay

    _check_bounds({name: value for name, value in document.items() if name != "@context"})
    try:
        found = rdf.Dataset(rdf.parse(json.dumps(document).encode(), format=rdf.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError):
        raise CannotBeCanonical from None
    found.canonicalize(rdf.CanonicalizationAlgorithm.RDFC_1_0)
    quads = rdf.serialize(found, format=rdf.RdfFormat.N_QUADS)
    assert quads is not None  # it is where no file is given
    lines = quads.decode().splitlines()
    return "".join(f"{line}\n" for line in sorted(lines))


def _check_bounds(document: Any) -> None:
    waiting, objects = [(document, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise CannotBeCanonical
        if isinstance(value, Mapping):
            objects += 1
            # keywords could bring contexts, graphs and names for blank nodes; no such document has any
            if objects > MOST_OBJECTS or any(not isinstance(name, str) or name.startswith("@") for name in value):
                raise CannotBeCanonical
            waiting += [(part, depth + 1) for part in value.values()]
        elif isinstance(value, list):
            if sum(isinstance(part, Mapping | list) for part in value) > MOST_ALIKE:
                raise CannotBeCanonical
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and value.startswith("_:"):
            raise CannotBeCanonical
