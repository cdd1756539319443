"""An independent, slow reading of design 4-6: what the alerts of a journal must be, however the engine finds them."""
