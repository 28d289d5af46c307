"""`python -m drills.simulated_year [--workers N] [--months N] [--seed N]`: exit 1 when anything is wrong."""

import argparse
import sys
from functools import partial

from drills.simulated_year.year import simulate
from tests.factories import stage


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    app, _url = stage.set_up("simulated_year")
    from app.kit.web.extensions import db

    with app.app_context():
        result = simulate(db.session, given.workers, given.months, given.seed, partial(print, flush=True))
    print(
        f"{result.people} people, {given.months} months, seed {given.seed}: {result.jobs} jobs, "
        f"{result.ends} of them ended; planted: {result.planted}; {len(result.wrong)} wrong; "
        f"{result.seconds:.0f} s",
        flush=True,
    )
    for line in result.wrong[:40]:
        print("  " + line)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
