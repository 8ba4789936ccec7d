"""Networks, and their honest evaluation."""
