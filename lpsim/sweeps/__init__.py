"""Sweeps: many points of a design, run on workers, kept in a store."""
