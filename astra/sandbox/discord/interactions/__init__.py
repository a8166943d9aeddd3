"""A person's click, its way to the application, and the answer."""
