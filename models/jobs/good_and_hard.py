"""What speaks for a job and what is hard about it, in a few words, side by side: nobody is told only one."""

from models.i18n import Sentence
from models.jobs.order import Order, Provision
from models.numbers import figure

LONG_DAY, LONG_WEEK, FULL_ROOM = 10, 6, 8


def good_points(order: Order) -> list[Sentence]:
    """What the employer promised that people like; nothing unknown is a promise."""
    said = [
        (order.night_shift is False, Sentence("不上夜班")),
        (order.standing_work is False, Sentence("坐着干活")),
        (order.board is Provision.FREE, Sentence("包吃")),
        (order.lodging is Provision.FREE, Sentence("包住")),
        (order.couple_rooms is True, Sentence("有夫妻房，先问好有没有空")),
        (order.halal_food is True, Sentence("有清真灶")),
        (order.travel is Provision.FREE, Sentence("路费不用出")),
        (order.medical_fee_paid is True, Sentence("体检费厂里出")),
    ]
    return [sentence for holds, sentence in said if holds]


def hard_points(order: Order) -> list[Sentence]:
    """What would be hard, and what nobody has said of the shifts."""
    hours, days, persons = order.hours_per_day, order.days_per_week, order.room_persons
    said = [
        (order.night_shift is True, Sentence("要上夜班")),
        (order.night_shift is None, Sentence("上不上夜班没说，要问清")),
        (order.standing_work is True, Sentence("站着干活")),
        (bool(hours and hours >= LONG_DAY), Sentence("一天 %(n)s 小时", {"n": figure(hours or 0)})),
        (bool(days and days >= LONG_WEEK), Sentence("一周干 %(n)s 天", {"n": figure(days or 0)})),
        (bool(persons and persons >= FULL_ROOM), Sentence("%(n)s 人一间", {"n": persons})),
        (order.board is Provision.SELF, Sentence("吃饭自己出钱")),
        (order.lodging is Provision.SELF, Sentence("要自己租房")),
        (order.couple_rooms is False, Sentence("没有夫妻房")),
    ]
    said += [(True, Sentence("要有%(paper)s", {"paper": paper})) for paper in order.certificates or ()]
    return [sentence for holds, sentence in said if holds]
