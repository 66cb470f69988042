"""Bytes and JSON in, facts and bytes out: fal's wire protocol without any network."""
