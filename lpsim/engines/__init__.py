"""The engines: different machines for one and the same trajectory."""
