"""The front doors for readings and the one bounded inbox behind them: nothing is accepted that cannot be kept."""
