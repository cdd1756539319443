"""The HTTP and WebSocket doors: thin, one module per resource, all deciding left to the parts behind them."""
