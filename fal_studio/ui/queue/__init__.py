"""The calls that are open or have just ended."""
