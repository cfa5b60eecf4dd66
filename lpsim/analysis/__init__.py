"""Numbers in, tables and small records out: what runs and sweeps say, without a word of prose."""
