"""Payment providers: a port, its adapters, and the one place that chooses."""
