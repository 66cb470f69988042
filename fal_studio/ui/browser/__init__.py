"""The catalogue of models: search, cards, and what changed in them."""
