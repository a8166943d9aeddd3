"""The words that the core and a bot exchange: plain data, parsed strictly by both sides. Imports nothing of either."""
