"""A simulated year through the real operations: sheets, orders, offers, hires, journeys, rosters, follow-ups.

`python -m drills.simulated_year --workers 20000 --seed 1`: at the end the registers of both ends equal what
was simulated, except for the contradictions that were planted; the difference report lists those and nothing
else; the retention tables by evidence are right to the person. No row of the programme is inserted: accounts
and enterprises are set up, everything else goes through the operations that the pages call.
"""
