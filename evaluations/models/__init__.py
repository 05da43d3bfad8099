"""Evaluations: a form frozen at launch, parts by rater, answers, signatures, documents."""

from evaluations.models.evaluation import Answer, Evaluation, Part
from evaluations.models.form import FormTemplate
from evaluations.models.signature import Document, Reopening, Signature

__all__ = ["Answer", "Document", "Evaluation", "FormTemplate", "Part", "Reopening", "Signature"]
