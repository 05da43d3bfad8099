"""Evaluations: a form frozen at launch, rounds, parts by rater, answers, what was signed, documents."""

from evaluations.models.evaluation import Evaluation
from evaluations.models.form import FormTemplate
from evaluations.models.round import Answer, Part, Round
from evaluations.models.signature import Document, Signature, SignedContent

__all__ = ["Answer", "Document", "Evaluation", "FormTemplate", "Part", "Round", "Signature", "SignedContent"]
