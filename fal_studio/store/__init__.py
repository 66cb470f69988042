"""What lasts: the ledger, blobs, media files, secrets, preferences."""
