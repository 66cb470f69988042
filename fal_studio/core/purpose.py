"""What an attempt is for: the words that facts keep, the same in every language, and how people read them."""

from fal_studio.words import mark, told, tr

PURPOSES = (
    mark("run"),
    mark("stream"),
    mark("submit"),
    mark("status"),
    mark("status-stream"),
    mark("result"),
    mark("cancel"),
    mark("token"),
    mark("connect"),
    mark("upload"),
    mark("upload-token"),
)
"""First words of what the facts of calls keep in `why`; a later program may have more."""
REDIRECTED = "redirected"
_AGAIN = "again after "


def again(purpose: str, reason: str) -> str:
    """Return what a fact keeps of an attempt that is made once more: "submit again after 503"."""
    return f"{purpose} {_AGAIN}{reason}"


def redirected(purpose: str) -> str:
    """Return what a fact keeps of an attempt at another address: "result redirected"."""
    return f"{purpose} {REDIRECTED}"


def in_words(why: str) -> str:
    """Return what a fact keeps in the language of this run; what is not known stays as it is."""
    purpose, _, rest = why.partition(" ")
    if not rest:
        return told(purpose)
    if rest == REDIRECTED:
        return tr("{purpose} redirected").format(purpose=told(purpose))
    if rest.startswith(_AGAIN):
        return tr("{purpose} again after {reason}").format(
            purpose=told(purpose), reason=told(rest.removeprefix(_AGAIN))
        )
    return why
