"""What happened in a call, event by event."""
