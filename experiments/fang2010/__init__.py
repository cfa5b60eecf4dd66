"""How much isolation of subgroups is best? The two curves of Fang, Lee & Schilling (2010)."""
