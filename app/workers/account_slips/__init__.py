"""Account slips (账号单) as the county prints them: of one person, of a list, of those who leave together."""
