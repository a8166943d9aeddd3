"""What a bot may ask over HTTP."""
