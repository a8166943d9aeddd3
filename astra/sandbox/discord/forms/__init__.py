"""What a message, its components and a modal may look like, and what Discord says when they do not."""
