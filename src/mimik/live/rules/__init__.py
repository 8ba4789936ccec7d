"""Rules: what to do when an expression is shown for a while."""
