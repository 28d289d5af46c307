"""How the cells of each field are read, in a sentence for the clerk who looks at a preview."""

from app.workers.roster.fields import BY_NAME
from models.i18n import N_

_PLACE = N_("原样登记；空着的跟上一行、标题或工作表名")
_WORDS = N_("原样登记")
_CODE = N_("去掉空格；空着的跟上一行")
_ONE_OF = N_("对到规定的名称，对不上的不登记")
_YES = N_("读成“是”或“否”；空着是未知，不当作“否”")
_DAY = N_("读成日期")
_PHONE = N_("读出每个号码和是谁的；括号里写“父亲”的就是父亲的电话")
_LIST = N_("按顿号、逗号分成几项")
_CHECKED = N_("只用来核对，不登记")

READINGS = {
    "county": _CHECKED,
    "township": _PLACE,
    "village": _PLACE,
    "hamlet": _PLACE,
    "address": N_("拆出乡镇、行政村、组来登记；门牌不登记"),
    "household_code": _CODE,
    "head_name": _CHECKED,
    "head_id_number": _CHECKED,
    "person_code": _CODE,
    "name": N_("去掉空格，各种点统一成“·”，形近的部首字改成通用字"),
    "id_number": N_("去掉空格，核对出生日期和校验码；残疾人证读成身份证加残疾类别、等级"),
    "sex": N_("只和证件号码核对，按证件号码登记"),
    "birth_date": N_("只和证件号码核对，按证件号码登记"),
    "relation": _ONE_OF,
    "ethnicity": _ONE_OF,
    "education_text": _ONE_OF,
    "school_status": _ONE_OF,
    "health_text": _ONE_OF,
    "labour_capacity": _ONE_OF,
    "work_status": _ONE_OF,
    "work_place": _WORDS,
    "work_employer": _WORDS,
    "months_away": N_("读成一年里的月数"),
    "poverty_attribute": _ONE_OF,
    "poverty_cause": _ONE_OF,
    "lifted": _ONE_OF,
    "identified_on": _DAY,
    "household_phone": _PHONE,
    "phone": _PHONE,
    "willing": _YES,
    "wishes": _LIST,
    "cities": N_("对到城市；“广东”读成全省各市，“不限”读成哪里都行"),
    "wage_floor_yuan": N_("读成每月最低多少元"),
    "available_on": N_("读成日期；“随时”读成今天"),
    "night_shift": _YES,
    "standing_work": _YES,
    "mandarin": _ONE_OF,
    "companions": _WORDS,
    "care_duties": _WORDS,
    "dormitory_needed": _YES,
    "couple_room_needed": _YES,
    "skills": N_("按顿号、逗号分成几项；“会不会……”答“是”的，登记这一项"),
    "certificates": _LIST,
    "experience": _WORDS,
    "note": _WORDS,
}


def reading_of(field: str) -> str:
    """How cells of ``field`` are read; for a field that says nothing of it, its hint."""
    return READINGS.get(field) or BY_NAME[field].hint
