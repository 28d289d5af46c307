"""Why people say no, leave or never come. Kept, because the next recommendation can only learn from it."""

import enum

from models.i18n import N_


class DeclineReason(enum.StrEnum):
    """Why a person does not take a job that was offered."""

    PAY = "pay"
    HOURS = "hours"
    FAR = "far"
    FAMILY = "family"
    ALONE = "alone"
    UNSUITED = "unsuited"
    OTHER_JOB = "other_job"
    OTHER = "other"


DECLINE_REASON_LABELS = {
    DeclineReason.PAY: N_("工资不合适"),
    DeclineReason.HOURS: N_("工时太长或要上夜班"),
    DeclineReason.FAR: N_("太远"),
    DeclineReason.FAMILY: N_("家里走不开"),
    DeclineReason.ALONE: N_("没有同伴"),
    DeclineReason.UNSUITED: N_("活不合适"),
    DeclineReason.OTHER_JOB: N_("已经找到别的活"),
    DeclineReason.OTHER: N_("其他原因"),
}


class LeaveReason(enum.StrEnum):
    """Why a person left or never came (domain.md 8, 痛点)."""

    PAY = "pay"
    NOT_AS_TOLD = "not_as_told"
    HOURS = "hours"
    LONELY = "lonely"
    LANGUAGE = "language"
    HEALTH = "health"
    FAMILY = "family"
    FARMING = "farming"
    CLIMATE_FOOD = "climate_food"
    DISMISSED = "dismissed"
    FACTORY_CLOSED = "factory_closed"
    OTHER_JOB = "other_job"
    OTHER = "other"


LEAVE_REASON_LABELS = {
    LeaveReason.PAY: N_("工资比说的少或拖欠"),
    LeaveReason.NOT_AS_TOLD: N_("活和说的不一样"),
    LeaveReason.HOURS: N_("工时太长或夜班受不了"),
    LeaveReason.LONELY: N_("想家、没有同伴"),
    LeaveReason.LANGUAGE: N_("语言不通"),
    LeaveReason.HEALTH: N_("生病或受伤"),
    LeaveReason.FAMILY: N_("家里要人照料"),
    LeaveReason.FARMING: N_("农忙返乡"),
    LeaveReason.CLIMATE_FOOD: N_("气候、饮食不习惯"),
    LeaveReason.DISMISSED: N_("被辞退"),
    LeaveReason.FACTORY_CLOSED: N_("厂里停工或关停"),
    LeaveReason.OTHER_JOB: N_("另找了工作"),
    LeaveReason.OTHER: N_("其他"),
}


class Channel(enum.StrEnum):
    """How an answer reached the county."""

    PHONE = "phone"
    VISIT = "visit"
    WECHAT = "wechat"
    VILLAGE = "village"
    PORTAL = "portal"


CHANNEL_LABELS = {
    Channel.PHONE: N_("电话"),
    Channel.VISIT: N_("当面"),
    Channel.WECHAT: N_("微信"),
    Channel.VILLAGE: N_("村干部转告"),
    Channel.PORTAL: N_("本人在手机上"),
}
