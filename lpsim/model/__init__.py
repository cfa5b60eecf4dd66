"""What all engines share and none may do otherwise: the schedule, the state, chance, rates, counts."""
