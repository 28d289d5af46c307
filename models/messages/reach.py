"""How far a message came, and why it did not come further."""

import enum

from models.i18n import N_


class Reach(enum.StrEnum):
    """How far a message came."""

    INBOX = "inbox"
    WAITING = "waiting"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNREACHED = "unreached"
    READ = "read"
    TOLD_BY_PHONE = "told_by_phone"
    TOLD_IN_PERSON = "told_in_person"
    NOTICE_GIVEN = "notice_given"
    ANSWERED = "answered"
    OVER = "over"


REACH_LABELS = {
    Reach.INBOX: N_("在本人页面上"),
    Reach.WAITING: N_("等着发短信"),
    Reach.SENDING: N_("正在发短信"),
    Reach.HANDED_OVER: N_("已交给短信平台"),
    Reach.DELIVERED: N_("短信已到手机"),
    Reach.FAILED: N_("短信没有送到"),
    Reach.UNREACHED: N_("还没有联系上"),
    Reach.READ: N_("本人看过"),
    Reach.TOLD_BY_PHONE: N_("电话里说了"),
    Reach.TOLD_IN_PERSON: N_("当面说了"),
    Reach.NOTICE_GIVEN: N_("通知单送到了"),
    Reach.ANSWERED: N_("本人已答复"),
    Reach.OVER: N_("不用再说"),
}
# The person knows, or need not know any more.
SETTLED = (
    Reach.DELIVERED,
    Reach.READ,
    Reach.TOLD_BY_PHONE,
    Reach.TOLD_IN_PERSON,
    Reach.NOTICE_GIVEN,
    Reach.ANSWERED,
    Reach.OVER,
)
ON_THE_WAY = (Reach.WAITING, Reach.SENDING, Reach.HANDED_OVER)
TO_BE_TOLD = (Reach.FAILED, Reach.UNREACHED)
BY_HAND = (Reach.TOLD_BY_PHONE, Reach.TOLD_IN_PERSON, Reach.NOTICE_GIVEN)


class Why(enum.StrEnum):
    """What stood in the way of a text message."""

    NO_PHONE = "no_phone"
    NO_MOBILE = "no_mobile"
    SHARED = "shared"
    REFUSED_TEXTS = "refused_texts"
    LINK = "link"
    NO_SUCH_NUMBER = "no_such_number"
    SWITCHED_OFF = "switched_off"
    BLOCKED = "blocked"
    NOT_TAKEN = "not_taken"
    NO_RECEIPT = "no_receipt"
    LAPSED = "lapsed"


WHY_LABELS = {
    Why.NO_PHONE: N_("没有本人的电话"),
    Why.NO_MOBILE: N_("只有座机，收不到短信"),
    Why.SHARED: N_("同一个号码登记了太多人"),
    Why.REFUSED_TEXTS: N_("本人说不要短信"),
    Why.LINK: N_("内容里有网址，不发短信"),
    Why.NO_SUCH_NUMBER: N_("号码是空号或停机"),
    Why.SWITCHED_OFF: N_("手机关机，短信过期"),
    Why.BLOCKED: N_("被运营商或本人拦下"),
    Why.NOT_TAKEN: N_("短信平台没有收下"),
    Why.NO_RECEIPT: N_("短信平台没有答复，不知道有没有送到"),
    Why.LAPSED: N_("没赶上：说的日子已经过了"),
}
# The number itself is no good: nothing more is sent to it.
BAD_NUMBER = (Why.NO_SUCH_NUMBER, Why.BLOCKED)
