"""The facts: one frozen class for each kind of thing that can happen in a call, by where it happens."""
