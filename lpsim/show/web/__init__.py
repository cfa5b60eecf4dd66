"""Pages: the report in one file, and what it shares with the app, the drawing modules and their data."""
