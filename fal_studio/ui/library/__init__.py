"""Models and requests to start from."""
