"""What the numbers of a comparison say, and what they do not: SciPy's statistics on our values. Loaded late; blocks for tens of milliseconds."""
