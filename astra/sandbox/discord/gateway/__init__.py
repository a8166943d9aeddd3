"""What a bot hears over its websocket."""
