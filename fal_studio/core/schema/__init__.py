"""What an endpoint takes: its OpenAPI document read into fields, and arguments checked against it."""
