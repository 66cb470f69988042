"""Lanes of a comparison on one time axis, their numbers, what they say, and their outputs side by side."""
