"""Real recordings that nobody on this project made; read from beside the checkout when they are there."""
