"""The expectations of the language, by subject. Each asks the system as its pages do, and changes nothing."""

from tests.scenarios.expectations import changes, documents, editions, notices, pages, people, standing

__all__ = ["changes", "documents", "editions", "notices", "pages", "people", "standing"]
