"""Which of the two views of the queue's dock is meant. Alone here: the window knows it long before it has a dock."""

from enum import StrEnum


class Scope(StrEnum):
    """The two views over the same rows: what is open or just ended, and everything."""

    QUEUE = "queue"
    HISTORY = "history"
