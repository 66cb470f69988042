"""The five ways to call an endpoint, one module each."""
