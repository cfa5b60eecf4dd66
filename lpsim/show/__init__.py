"""What people read and look at: text and figures; no number is made here."""
