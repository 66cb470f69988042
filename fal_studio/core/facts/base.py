"""What all facts have in common."""

import msgspec


class FactBase(msgspec.Struct, frozen=True, tag_field="fact", omit_defaults=True, gc=False):
    """Base of all facts; the class name is the tag in JSON.

    Facts hold plain JSON and never a cycle, so the garbage collector need not look at them: with it, a stream of
    tens of thousands of events spends half its time in collections.
    """
