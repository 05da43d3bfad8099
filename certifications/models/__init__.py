"""Credentials: who issues what, who holds it, each term of it, and each check at the source."""

from certifications.models.catalog import CredentialType, Issuer
from certifications.models.compact import Compact, CompactMembership
from certifications.models.credential import EXPIRES_BEFORE_FIRST, Credential, Period, number_key
from certifications.models.verification import Verification

__all__ = [
    "EXPIRES_BEFORE_FIRST",
    "Compact",
    "CompactMembership",
    "Credential",
    "CredentialType",
    "Issuer",
    "Period",
    "Verification",
    "number_key",
]
