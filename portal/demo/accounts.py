"""The demo's accounts: one for each role, all with one password. Only the demo has them."""

import unicodedata
from dataclasses import dataclass

PASSWORD = "harbor-valley-demo"  # noqa: S105 - printed on purpose, in the demo only


@dataclass(frozen=True)
class Account:
    """Who signs in how, and as what."""

    login: str
    first_name: str
    last_name: str
    role: str
    words: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def password(self) -> str:
        return PASSWORD

    @property
    def email(self) -> str:
        plain = unicodedata.normalize("NFKD", f"{self.first_name}.{self.last_name}").encode("ascii", "ignore")
        return f"{plain.decode()}@harborvalley.example".lower()


ACCOUNTS = (
    Account("hv1001", "Dana", "Whitfield", "staff", "Case manager, RN"),
    Account("hv1002", "Renata", "Okafor", "supervisor", "Leads Case Management North"),
    Account("hv1003", "Colm", "Hartigan", "hr", "HR compliance"),
    Account("hv1004", "Ada", "Lindqvist", "auditor", "Surveyor, for this engagement only"),
    Account("hv1005", "Arthur", "Mossman", "author", "Training author"),
    Account("hv1006", "Ilse", "Kernan", "site_admin", "Site admin"),
    Account("hv1007", "Nadia", "Bergström", "director", "Director of care management"),
    Account("hv1008", "Sam", "Parkhurst", "other_supervisor", "Leads another team"),
)
