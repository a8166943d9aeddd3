"""News from other systems: verify, store, answer; nothing is decided here."""
