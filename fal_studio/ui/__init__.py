"""The window: what the user sees."""
