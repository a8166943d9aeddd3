"""A Discord that runs offline: REST, gateway, signed interactions, and people who click."""
