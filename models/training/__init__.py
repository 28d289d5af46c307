"""Order training (订单培训): the need, the class, the lessons, the certificate, the money."""

from models.training import certificate, cohort, demand, lesson, proposal, subsidy

__all__ = ["certificate", "cohort", "demand", "lesson", "proposal", "subsidy"]
