"""The web client of the offline Discord: what a person sees and presses."""
