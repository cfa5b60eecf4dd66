"""One scenario and a seed: simulated, measured, saved and loaded."""
