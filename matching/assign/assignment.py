"""The whole province at once: every worker at most one order, every order at most its open places.

Priced re-scan (column generation): the auction runs on a few candidate pairs per worker; its prices go back
into the ranking kernel, which finds for every worker the best pairs at those prices over *all* feasible
pairs. The prices also bound what any assignment could reach, so the result always carries a certified gap.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from matching.assign.result import Assignment
from matching.clock import as_of
from matching.pairs.columns import Frame
from matching.pairs.conditions import Conditions
from matching.pairs.policy import Policy
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard
from matching.types import Order, Worker

if TYPE_CHECKING:
    from matching.pairs.cluster import Cluster
    from matching.pairs.scanning import Progress


def assign(
    workers: Sequence[Worker] | Frame,
    orders: Sequence[Order] | Frame,
    policy: Policy | None = None,
    card: Scorecard = DEFAULT_SCORECARD,
    jobs: int = 0,
    cluster: "Cluster | None" = None,
    today: date | None = None,
    conditions: Conditions = (),
    progress: "Progress | None" = None,
) -> Assignment:
    """Assign workers to orders so that the total of points is as large as possible within headcounts.

    An order with unknown headcount has no open place. Workers with a ``group_id`` are placed together (one
    order, or orders of one city when their ``group_rule`` is ``city``) or not at all. The result does not
    depend on ``jobs`` or on the order of the input. A ``cluster`` does all passes over pairs and over groups
    in place of this machine's threads. While an order's start is unknown, ages are counted ``today`` (China's
    day by default). ``conditions`` are hard rules of the user's besides the engine's own;
    ``progress(stage, done, of)`` is told of every pricing pass. Raises ``InputError`` for ids that occur
    twice.

    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), wishes=("焊工",)) for i in "12"]
    >>> result = assign(people, [Order(order_id="A", title="焊工", headcount=1)])
    >>> result.pairs, result.unplaced, result.gap
    ([Pair(worker_id='1', order_id='A', score=400)], ['2'], 0.0)
    """
    from matching.assign.province import Province

    asked = workers, orders, policy or Policy(), card, as_of(today), jobs, cluster, conditions, progress
    return Province(*asked).assign()
