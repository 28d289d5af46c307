"""The filter that tells what became of an order's places: one sentence on every page that shows the order."""

from flask import Flask, g
from flask_babel import gettext as _
from markupsafe import Markup

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from models.jobs.order import Order
from models.placement.order_counts import OrderCounts, order_counts


def _counts_of(order: Order) -> OrderCounts:
    """The counts of one order; those of all orders on the page are read together."""
    known: dict[int, OrderCounts] = g.setdefault("order_counts", {})
    if order.id not in known:
        loaded = [row for row in db.session.identity_map.values() if isinstance(row, Order)]
        known.update(order_counts(db.session, [*loaded, order]))
    return known[order.id]


def counts(order: Order) -> Markup:
    """招 12 人，空岗 3，班里留 4，已录用 5，在岗 3，已答应 2."""
    told = _("，").join(say(part) for part in _counts_of(order).parts())
    return Markup('<span data-counts="{}">{}</span>').format(order.id, told)


def init_app(app: Flask) -> None:
    """Give the filter to the templates."""
    app.add_template_filter(counts)
