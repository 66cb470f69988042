"""Values and pure functions: what a request is, what happened in a call, what state that makes."""
