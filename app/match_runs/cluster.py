"""The cluster that a county's plan is worked out on, where the settings name one (``DASK_SCHEDULER``)."""

import logging
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

import matching

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def on_cluster(work: Callable[["matching.Cluster | None"], Answer]) -> Answer:
    """What ``work`` gives on the cluster, or with None on this machine's threads: the same to the byte.

    A cluster that is away, or is lost on the way, costs time and no plan.
    """
    if address := current_app.config["DASK_SCHEDULER"]:
        try:
            with matching.Cluster(address) as cluster:
                return work(cluster)
        except matching.ClusterError as problem:
            log.warning("matched on this machine's threads instead: %s", problem)
    return work(None)
