"""The front doors for readings and the one bounded inbox behind them, so that nothing is accepted that cannot be kept."""
