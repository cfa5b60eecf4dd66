"""The compiled engine: the model on words of 64 issues, the same trajectory bit for bit."""
