"""The filter's words as a question to the ledger."""

from fal_studio.core import search
from fal_studio.core.history import Query


def query_of(text: str) -> tuple[Query, str]:
    """Return the question, and what in it was not understood."""
    found = search.parse(text)
    return found.query, " ".join(found.problems)
