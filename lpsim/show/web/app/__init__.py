"""The page that `lpsim explore` serves: levers move, and what is simulated anew is drawn in the browser."""
