"""Does slow learning make an organization know more? Figures 1 to 5 of March (1991)."""
