"""Places in a Qt document, which counts UTF-16 units where Python counts characters."""


def units(text: str) -> int:
    """Return how many places a text takes in a Qt document."""
    if text.isascii() or not text or max(text) <= "\uffff":
        return len(text)  # nearly every text; the codec is a module that a start need not load
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def after(text: str, place: int) -> str:
    """Return what stands behind a place of a Qt document that has the text."""
    return text.encode("utf-16-le", "surrogatepass")[2 * place :].decode("utf-16-le", "surrogatepass")
