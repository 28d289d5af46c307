"""The facts a rule may ask for, in words, and the papers that prove them (domain.md 5)."""

import enum
from dataclasses import dataclass

from models.i18n import N_


class FactType(enum.StrEnum):
    """What a fact's value is."""

    MONTHS = "months"
    NUMBER = "number"
    LEVEL = "level"
    TRUTH = "truth"
    WORD = "word"


@dataclass(frozen=True)
class FactKind:
    """One fact: its label, its type, and which papers prove it; ``choices`` for words and levels.

    ``lower_is_better``: a smaller number meets more (skill levels run from 5, 初级工, to 1, 高级技师).
    ``step``: what a person could do to get it (a msgid), with ``effort`` 1 (a paper to fetch) to 5 (years).
    """

    label: str
    type: FactType
    papers: tuple[str, ...] = ()
    choices: tuple[tuple[str | int, str], ...] = ()
    lower_is_better: bool = False
    step: str = ""
    effort: int = 1


T = FactType
SKILL_LEVELS = (
    (5, N_("初级工（五级）")),
    (4, N_("中级工（四级）")),
    (3, N_("高级工（三级）")),
    (2, N_("技师（二级）")),
    (1, N_("高级技师（一级）")),
)
SCHOOLING = (
    (0, N_("文盲或半文盲")),
    (1, N_("小学")),
    (2, N_("初中")),
    (3, N_("高中或中专")),
    (4, N_("大专")),
    (5, N_("本科及以上")),
)
HOUSING = (("own", N_("自有住房")), ("rent_registered", N_("租房，已备案")), ("dorm", N_("住宿舍")))

FACTS: dict[str, FactKind] = {
    "age": FactKind(N_("周岁"), T.NUMBER, ("id_card",)),
    "below_retirement": FactKind(N_("没到法定退休年龄"), T.TRUTH, ("id_card",)),
    "sb_months": FactKind(
        N_("在该市累计缴社保月数"),
        T.MONTHS,
        ("insurance_list",),
        step=N_("请单位按月缴社保，到社保局打印参保证明"),
        effort=4,
    ),
    "sb_months_cont": FactKind(
        N_("在该市连续缴社保月数"),
        T.MONTHS,
        ("insurance_list",),
        step=N_("社保不要断缴，到社保局打印参保证明"),
        effort=4,
    ),
    "sb_now": FactKind(N_("正在该市参保"), T.TRUTH, ("insurance_list",), step=N_("请单位办理参保"), effort=2),
    "rp_months": FactKind(
        N_("持居住证月数"), T.MONTHS, ("residence_permit",), step=N_("到派出所办居住证，每年签注"), effort=4
    ),
    "rp_valid": FactKind(
        N_("居住证在有效期"), T.TRUTH, ("residence_permit",), step=N_("到派出所签注居住证"), effort=1
    ),
    "reside_months": FactKind(N_("在该市居住月数"), T.MONTHS, ("lease", "residence_permit"), effort=3),
    "stable_job": FactKind(N_("有稳定就业"), T.TRUTH, ("contract",), effort=2),
    "stable_home": FactKind(N_("有稳定住所"), T.TRUTH, ("lease",), effort=2),
    "in_school": FactKind(N_("连续就读"), T.TRUTH, ("school_letter",), effort=5),
    "edu": FactKind(N_("学历"), T.LEVEL, ("diploma",), SCHOOLING, effort=5),
    "edu_fulltime": FactKind(N_("全日制学历"), T.TRUTH, ("diploma",), effort=5),
    "skill_level": FactKind(
        N_("技能等级"),
        T.LEVEL,
        ("skill_certificate",),
        SKILL_LEVELS,
        lower_is_better=True,
        step=N_("参加培训，考取更高一级的技能证书"),
        effort=3,
    ),
    "skill_in_shortage": FactKind(N_("工种在该市紧缺目录里"), T.TRUTH, ("skill_certificate",), effort=3),
    "points": FactKind(N_("积分"), T.NUMBER, ("points_slip",), step=N_("到积分窗口查积分"), effort=3),
    "housing": FactKind(
        N_("住房"),
        T.WORD,
        ("lease", "property"),
        HOUSING,
        step=N_("租房合同到房产管理部门备案（《住房租赁条例》，2025年9月15日起；待核）"),
        effort=2,
    ),
    "home_months": FactKind(N_("住房或租房满月数"), T.MONTHS, ("lease", "property"), effort=4),
    "no_crime": FactKind(N_("没有犯罪记录"), T.TRUTH, ("no_crime",), step=N_("到派出所开无犯罪记录证明")),
    "family_hukou_in_city": FactKind(
        N_("配偶、父母或子女的户口在该市"), T.TRUTH, ("family_book", "marriage"), effort=4
    ),
    "work_months": FactKind(N_("在该市连续上班月数"), T.MONTHS, ("contract",), effort=4),
    "volunteer_hours": FactKind(N_("志愿服务小时"), T.NUMBER, ("volunteer",), effort=2),
    "blood_donations": FactKind(N_("献血次数"), T.NUMBER, ("donation",), effort=2),
    "tax_yuan": FactKind(N_("近三年缴个人所得税（元）"), T.NUMBER, ("tax",), effort=4),
}


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper: its label, how many months it counts from its date (None: until it says itself)."""

    label: str
    months: int | None = None


PAPERS: dict[str, PaperKind] = {
    "id_card": PaperKind(N_("居民身份证")),
    "household_book": PaperKind(N_("户口簿")),
    "residence_permit": PaperKind(N_("居住证"), 12),
    "insurance_list": PaperKind(N_("参保证明（社保清单）"), 3),
    "contract": PaperKind(N_("劳动合同")),
    "lease": PaperKind(N_("租赁备案或单位集体户口同意落户证明"), 12),
    "property": PaperKind(N_("房产证")),
    "diploma": PaperKind(N_("学历证书及学信网备案表")),
    "skill_certificate": PaperKind(N_("职业资格或技能等级证书")),
    "no_crime": PaperKind(N_("无犯罪记录证明"), 6),
    "marriage": PaperKind(N_("婚育材料（结婚证、出生证）")),
    "family_book": PaperKind(N_("投靠亲属的户口簿")),
    "poverty_proof": PaperKind(N_("扶贫手册")),
    "points_slip": PaperKind(N_("积分查询单"), 12),
    "school_letter": PaperKind(N_("在读证明"), 12),
    "volunteer": PaperKind(N_("志愿服务证明")),
    "donation": PaperKind(N_("献血证")),
    "tax": PaperKind(N_("完税证明"), 12),
}
# What every route asks for, beside the papers that prove its conditions.
ALWAYS = ("id_card", "household_book")
