"""The gateway relay of one instance. No Django, no database: one address and one short-lived credential."""
