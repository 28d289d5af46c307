"""People in the register (劳动力台账): workers, households, personal numbers, rosters on their way in."""
