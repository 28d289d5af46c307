"""What people are told of: each kind with its words, and whether the county must see that it arrived."""

import enum
from typing import NamedTuple

from models.i18n import N_


class MessageKind(enum.StrEnum):
    """The occasion of a message."""

    OFFER = "offer"
    OFFER_LAPSES = "offer_lapses"
    CLASH = "clash"
    INTERVIEW = "interview"
    INTERVIEW_CHANGED = "interview_changed"
    INTERVIEW_CANCELLED = "interview_cancelled"
    HIRED = "hired"
    NOT_HIRED = "not_hired"
    DEPARTURE = "departure"
    DEPARTURE_CHANGED = "departure_changed"
    DEPARTURE_PUT_OFF = "departure_put_off"
    DEPARTURE_LEFT = "departure_left"
    SPRING_SEAT = "spring_seat"
    CORRECTED = "corrected"
    FOLLOW_UP = "follow_up"
    CLASS_SEAT = "class_seat"
    CLASS_SEAT_WRONG = "class_seat_wrong"
    CLASS_PLACE = "class_place"
    CLASS_TOMORROW = "class_tomorrow"
    CLASS_NOT_SEATED = "class_not_seated"
    CLASS_STOPPED = "class_stopped"
    CLASS_CANCELLED = "class_cancelled"
    SUBSIDY_PAID = "subsidy_paid"
    HUKOU = "hukou"
    PROBLEM_HEARD = "problem_heard"
    PROBLEM_ANSWERED = "problem_answered"
    PROBLEM_CLOSED = "problem_closed"
    PROBLEM_UNREACHED = "problem_unreached"
    HUKOU_PAPERS = "hukou_papers"
    ACCOUNT_SLIP = "account_slip"
    OLD = "old"


class Words(NamedTuple):
    """``label`` names the kind; ``text`` is what the person reads, with a place for each value.

    ``must_reach``: where neither the own page nor a text message brought it, somebody of the county rings.
    A kind without text is kept from before messages had kinds: nobody sends it.
    """

    label: str
    text: str
    must_reach: bool = False


K = MessageKind
MESSAGE_WORDS: dict[MessageKind, Words] = {
    K.OFFER: Words(
        N_("推荐岗位"),
        N_(
            "%(county)s就业局给你推荐了%(city)s%(enterprise)s的%(title)s，每月到手大约 %(money)s。"
            "%(day)s前，去不去都告诉村里或%(office)s一声。"
        ),
        must_reach=True,
    ),
    K.OFFER_LAPSES: Words(
        N_("推荐快到期"),
        N_(
            "还没收到你的答复：%(enterprise)s的%(title)s，%(day)s前告诉村里或%(office)s去不去，过了就给别人了。"
        ),
        must_reach=True,
    ),
    K.CLASH: Words(
        N_("上课和上岗日子重了"),
        N_(
            "你在培训班上课到%(ends)s，这个岗位%(begins)s报到，日子重了。要去，先和县就业局、企业说好哪天报到。"
        ),
        must_reach=True,
    ),
    K.INTERVIEW: Words(N_("约面试"), N_("%(enterprise)s约你面试：%(when)s，%(place)s。"), must_reach=True),
    K.INTERVIEW_CHANGED: Words(
        N_("面试改期"), N_("%(enterprise)s改了面试：%(when)s，%(place)s。"), must_reach=True
    ),
    K.INTERVIEW_CANCELLED: Words(
        N_("面试取消"), N_("%(enterprise)s取消了面试：%(reason)s。"), must_reach=True
    ),
    K.HIRED: Words(
        N_("录用"), N_("%(enterprise)s录用你做%(title)s。%(office)s会告诉你哪天出发。"), must_reach=True
    ),
    K.NOT_HIRED: Words(N_("没有录用"), N_("%(enterprise)s这次没有录用你。%(office)s会帮你看别的岗位。")),
    K.DEPARTURE: Words(N_("出发安排"), N_("出发安排：%(line)s。"), must_reach=True),
    K.DEPARTURE_CHANGED: Words(N_("出发改了"), N_("出发安排改了：%(line)s。"), must_reach=True),
    K.DEPARTURE_PUT_OFF: Words(
        N_("出发推迟"),
        N_("原定%(when)s出发，现在推迟了：%(reason)s。新的时间定了再告诉你，先不要去集合。"),
        must_reach=True,
    ),
    K.DEPARTURE_LEFT: Words(
        N_("不随这一队走"),
        N_("去做%(title)s，你不随原来那一队走了。什么时候走，县就业局另外告诉你。"),
        must_reach=True,
    ),
    K.SPRING_SEAT: Words(N_("春节车票座位"), N_("给你留了座位（%(way)s）：%(line)s。"), must_reach=True),
    K.CORRECTED: Words(N_("更正"), N_("更正：%(title)s的登记有误，已改回。")),
    K.FOLLOW_UP: Words(
        N_("快要回访"), N_("你到%(enterprise)s快 %(months)s 个月了，%(office)s会打电话问你干得怎么样。")
    ),
    K.CLASS_SEAT: Words(
        N_("进了培训班"), N_("你进了%(name)s，%(day)s开班，地点：%(place)s。"), must_reach=True
    ),
    K.CLASS_SEAT_WRONG: Words(
        N_("培训班登记错了"), N_("上次通知你进了%(name)s，是登记错了。"), must_reach=True
    ),
    K.CLASS_PLACE: Words(N_("上课地点改了"), N_("%(name)s的上课地点改成：%(place)s。"), must_reach=True),
    K.CLASS_TOMORROW: Words(
        N_("明天开班"),
        N_("%(name)s明天（%(day)s）开班，地点：%(place)s。去不了，今天就告诉村里或%(office)s。"),
        must_reach=True,
    ),
    K.CLASS_NOT_SEATED: Words(
        N_("培训班没有轮到"), N_("你报名的%(name)s已经开班，这次没有轮到你。县就业局会帮你看别的班。")
    ),
    K.CLASS_STOPPED: Words(
        N_("培训班停办"),
        N_("%(name)s停办了：%(reason)s。你上过的课算数，县里会帮你转班或申报生活费。"),
        must_reach=True,
    ),
    K.CLASS_CANCELLED: Words(N_("培训班不办了"), N_("你报名的%(name)s不办了。县就业局会帮你看别的班。")),
    K.SUBSIDY_PAID: Words(N_("补贴拨付"), N_("%(name)s的生活费补贴 %(amount)s已经拨付，发到你的一卡通。")),
    K.HUKOU: Words(N_("落户进展"), N_("你的落户申请现在是“%(state)s”。有事问%(office)s。")),
    K.PROBLEM_HEARD: Words(
        N_("反映的问题收到了"), N_("你反映的“%(kind)s”收到了，由%(who)s办，%(day)s前给你答复。")
    ),
    K.PROBLEM_ANSWERED: Words(
        N_("反映的问题办过了"),
        N_("你反映的“%(kind)s”办过了。解决没解决，你说了算：告诉村里或%(office)s。"),
        must_reach=True,
    ),
    K.PROBLEM_CLOSED: Words(
        N_("反映的问题结束了"),
        N_("你反映的“%(kind)s”按你说的话结束了。如果不是这样，%(days)s 天内告诉%(office)s，再接着办。"),
    ),
    K.PROBLEM_UNREACHED: Words(
        N_("一直联系不上你"),
        N_("你反映的“%(kind)s”，几次都没联系上你，先停下了。%(days)s 天内告诉%(office)s，就接着办。"),
    ),
    K.HUKOU_PAPERS: Words(
        N_("落户补材料"), N_("落户窗口请你补材料：%(reason)s。有事问%(office)s。"), must_reach=True
    ),
    K.ACCOUNT_SLIP: Words(
        N_("补打了账号单"),
        N_(
            "%(day)s给你补打了账号单，原来的密码不能用了。是你要的，用新单子进来；"
            "不是你要的，单子没到你手里，马上告诉%(office)s。"
        ),
        must_reach=True,
    ),
    K.OLD: Words(N_("以前的通知"), ""),
}
MUST_REACH = tuple(kind for kind, words in MESSAGE_WORDS.items() if words.must_reach)
INTERVIEW_KINDS = (K.INTERVIEW, K.INTERVIEW_CHANGED, K.INTERVIEW_CANCELLED)
OFFER_KINDS = (K.OFFER, K.OFFER_LAPSES)
DEPARTURE_KINDS = (K.DEPARTURE, K.DEPARTURE_CHANGED, K.DEPARTURE_PUT_OFF, K.DEPARTURE_LEFT)
# A later message about the same placement takes the place of an earlier one that was not heard yet.
TAKES_PLACE_OF: dict[MessageKind, tuple[MessageKind, ...]] = {
    **dict.fromkeys(INTERVIEW_KINDS, INTERVIEW_KINDS),
    **dict.fromkeys(OFFER_KINDS, OFFER_KINDS),
    **dict.fromkeys(DEPARTURE_KINDS, DEPARTURE_KINDS),
}
MESSAGE_KIND_LABELS = {kind: words.label for kind, words in MESSAGE_WORDS.items()}
