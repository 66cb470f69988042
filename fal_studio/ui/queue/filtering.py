"""The filter's words as a question to the ledger."""

from fal_studio.core.history import Query


def query_of(text: str) -> tuple[Query, str]:
    """Return the question, and what in it was not understood."""
    return Query(words=tuple(text.split())), ""
