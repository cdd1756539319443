"""Read-only questions about what was recorded, kept apart so that they can never change it."""
