"""Several calls side by side with honest numbers: what is planned, what came of it, and where the time went."""
