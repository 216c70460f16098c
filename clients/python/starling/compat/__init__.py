"""Other packages' names for the same things."""
