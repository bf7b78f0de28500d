"""Policies of checkpoints: dated packs of named conditions over facts, written in TOML, evaluated as CertLogic, three-valued.

``load_pack`` and ``load_packs`` read and check files; ``evaluate`` is pure. Knows no page, no record and no credential.
"""

from kiosk.toml_file import Problem
from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.evaluate import evaluate, questions
from plugins.checkpoint.policy.facts import Fact
from plugins.checkpoint.policy.load import load_pack, load_packs
from plugins.checkpoint.policy.outcome import ConditionResult, Outcome, State, Verdict
from plugins.checkpoint.policy.pack import Pack, Packs, PolicyError

__all__ = [
    "FACTS",
    "ConditionResult",
    "Fact",
    "Outcome",
    "Pack",
    "Packs",
    "PolicyError",
    "Problem",
    "State",
    "Verdict",
    "evaluate",
    "load_pack",
    "load_packs",
    "questions",
]
