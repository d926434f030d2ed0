"""Door: the clock and the sender at work, and what keeps watch over them."""
