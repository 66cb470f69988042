"""Commands that need no window, one file for each."""
