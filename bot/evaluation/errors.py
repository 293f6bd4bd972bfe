"""The one error an evaluation raises; light to import, so that the command line stays quick."""

from __future__ import annotations


class EvaluationError(ValueError):
    """The evaluation cannot be made; the message says in French what to do."""
