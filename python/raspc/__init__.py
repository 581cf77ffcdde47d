"""Transformers with known circuits, from raspc, in TransformerLens."""

from .circuit import Circuit, load, load_all
from .executable import RaspcError, RaspcNotFound
from .graph import EdgeEffect
from .judgement import Judgement
from .names import CONVENTIONS, Convention, Edge
from .pairs import PairBatch, Pairs
from .scores import write_scores
from .vocabulary import Value, Vocabulary

__version__ = "0.1.0"

__all__ = [
    "CONVENTIONS",
    "Circuit",
    "Convention",
    "Edge",
    "EdgeEffect",
    "Judgement",
    "PairBatch",
    "Pairs",
    "RaspcError",
    "RaspcNotFound",
    "Value",
    "Vocabulary",
    "load",
    "load_all",
    "write_scores",
]
