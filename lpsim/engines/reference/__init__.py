"""The reference engine: the model as Mesa agents, to be read beside the theory."""
