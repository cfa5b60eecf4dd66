"""A design: what is varied over a scenario, and which points that makes."""
