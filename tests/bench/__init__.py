"""Measurements: `python -m tests.bench [NAME…]`; both sides of a ratio run in turns against the same emulator."""
