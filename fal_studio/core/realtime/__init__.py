"""What a realtime session decides and counts: when an input is sent, and how long its answer took."""
