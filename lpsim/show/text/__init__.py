"""What people read: the words for what `lpsim.analysis` finds."""
