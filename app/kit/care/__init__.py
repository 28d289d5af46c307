"""Cases in hand: notes, a day to be reminded of, a colleague; one mechanism for every kind of case."""
