"""Discord's published description of its API: read from what is installed, never kept here."""
