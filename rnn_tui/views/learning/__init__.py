"""What learning adds to the screen: targets and losses, the way back, and how far gradients reach."""
