"""Calls under way: starting, waiting in line, following, ending; every task has its owner here."""
