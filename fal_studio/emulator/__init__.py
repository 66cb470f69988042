"""A loopback server that speaks fal's wire protocol; it shares no code with the client."""
