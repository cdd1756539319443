"""Bytes of a wire format become readings here, purely, one module per format, so that a capture can be tested."""
