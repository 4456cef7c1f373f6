"""A watch over a program: rules, states of alerts, and the backtest of both."""
