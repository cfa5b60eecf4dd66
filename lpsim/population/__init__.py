"""Step 0 (ODD: initialization): who there is, who is tied to whom, and what everybody knows."""
