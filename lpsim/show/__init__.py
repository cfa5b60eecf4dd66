"""What people look at: figures, reports and the app."""
