"""A request as code that people paste into their own programs."""
