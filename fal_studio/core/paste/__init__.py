"""Pasted text as a request: ids, addresses, commands, code, JSON. Nothing pasted is ever run."""
