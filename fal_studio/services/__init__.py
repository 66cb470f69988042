"""The rest of fal that is not a call."""
