"""The expectations of the language, by subject. Each asks the system as its pages do, and changes nothing."""

from tests.scenarios.expectations import documents, editions, notices, pages, people, standing

__all__ = ["documents", "editions", "notices", "pages", "people", "standing"]
