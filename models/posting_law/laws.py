"""Law and article behind every rule, with the dates between which each was in force, and where.

A finding cites what was in force on the day of its posting in the posting's city. A citation that nobody has
compared with its text (``verified`` false) is shown as 待核 and never carries a block alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from models.i18n import N_
from models.reference.sourced import LAST_AUDIT

GUANGDONG, SHENZHEN = "44", "4403"
UNCHECKED = "（待核）"
SEPARATOR = "；"
NO_LAW = N_("发布当日没有可引用的规定，只作提示")


@dataclass(frozen=True, slots=True)
class Citation:
    """Articles of one law; ``area``: the beginning of the codes in which it holds ("" the whole country).

    ``checked_on``: the day somebody last looked whether it still reads so, None where nobody has.
    """

    MONTHS_FRESH: ClassVar[int] = 24

    text: str
    valid_from: date
    valid_to: date | None = None
    area: str = ""
    verified: bool = True
    checked_on: date | None = None
    is_law: bool = True

    def holds(self, day: date, city_code: str | None) -> bool:
        """Whether it was in force on ``day`` in that city; a local law needs to know the city."""
        in_force = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return in_force and (city_code or "").startswith(self.area)

    def __str__(self) -> str:
        """As it is shown and kept."""
        return self.text if self.verified else f"{self.text}{UNCHECKED}"


Ground = tuple[Citation, ...]


def in_force(ground: Iterable[Citation], day: date, city_code: str | None) -> Ground:
    """Of the citations those that held on ``day`` in that city."""
    return tuple(citation for citation in ground if citation.holds(day, city_code))


# The audit of November 2026 went through every citation that stood here then. What came in afterwards and is
# none of its own corrections has been looked at by nobody since.
_audited = partial(Citation, checked_on=LAST_AUDIT)
_EMPLOYMENT, _CONTRACT, _LABOUR = date(2008, 1, 1), date(2008, 1, 1), date(1995, 1, 1)
_MARKET = _audited(N_("《人力资源市场暂行条例》第二十四条"), date(2018, 10, 1))
_GUANGDONG_MARKET = _audited(N_("《广东省人力资源市场条例》第三十三条"), date(2022, 1, 1), area=GUANGDONG)
_WOMEN_OLD = Citation(N_("《妇女权益保障法》（2005年修正）第二十三条"), date(2005, 12, 1), date(2022, 12, 31))
_WOMEN = _audited(N_("《妇女权益保障法》第四十三条"), date(2023, 1, 1))
_SEX_NOTICE = _audited(N_("人社部发〔2019〕17号第二条"), date(2019, 2, 18))
_SEX_GROUND = (
    _audited(N_("《就业促进法》第二十七条"), _EMPLOYMENT),
    _WOMEN_OLD,
    _WOMEN,
    _SEX_NOTICE,
    _GUANGDONG_MARKET,
)
_SECURITY = (_audited(N_("《劳动合同法》第九条、第八十四条"), _CONTRACT),)
_HARD_FOR_WOMEN = (
    _audited(N_("《劳动法》第五十九条"), _LABOUR),
    _audited(N_("《女职工劳动保护特别规定》（国务院令第619号）附录"), date(2012, 4, 28)),
)

SOURCES: MappingProxyType[str, Ground] = MappingProxyType(
    {
        "ethnicity": (
            _audited(N_("《就业促进法》第三条、第二十八条"), _EMPLOYMENT),
            _MARKET,
            _GUANGDONG_MARKET,
        ),
        "origin": (
            _audited(N_("《就业促进法》第三条、第二十六条、第三十一条"), _EMPLOYMENT),
            _MARKET,
            _GUANGDONG_MARKET,
            _audited(N_("最高人民法院指导案例185号"), date(2022, 7, 4)),
        ),
        "sex": _SEX_GROUND,
        "marriage": _SEX_GROUND,
        "health": (
            _audited(N_("《就业促进法》第二十九条、第三十条"), _EMPLOYMENT),
            _audited(N_("人社部发〔2010〕12号"), date(2010, 2, 10)),
        ),
        "religion": (_audited(N_("《就业促进法》第三条"), _EMPLOYMENT), _MARKET, _GUANGDONG_MARKET),
        "minor": (
            _audited(N_("《劳动法》第十五条"), _LABOUR),
            _audited(N_("《禁止使用童工规定》（国务院令第364号）"), date(2002, 12, 1)),
        ),
        "forbidden": _HARD_FOR_WOMEN,
        "deposit": _SECURITY,
        "papers": _SECURITY,
        "wage": (
            _audited(N_("《劳动法》第四十八条"), _LABOUR),
            _audited(N_("《最低工资规定》"), date(2004, 3, 1)),
        ),
        "probation": (_audited(N_("《劳动合同法》第十九条、第二十条"), _CONTRACT),),
        "hours": (
            _audited(N_("《劳动法》第三十六条、第三十八条、第四十一条"), _LABOUR),
            _audited(N_("国务院令第174号"), date(1995, 5, 1)),
        ),
        "contract": (_audited(N_("《劳动合同法》第十条、第二十六条"), _CONTRACT),),
        "age": (
            _audited(N_("《就业促进法》第三条、第二十六条（法律未把年龄列为禁止事项，属提示）"), _EMPLOYMENT),
        ),
        "insurance": (
            _audited(N_("《劳动法》第七十二条"), _LABOUR),
            _audited(N_("《社会保险法》第五十八条、第六十条"), date(2011, 7, 1)),
        ),
        "fee": (
            _audited(N_("《劳动合同法》第九条"), _CONTRACT),
            _audited(N_("《就业服务与就业管理规定》第十四条"), date(2008, 1, 1)),
        ),
    }
)
HARD_WORK_WOMEN = _HARD_FOR_WOMEN
HARD_WORK_MINORS = (
    _audited(N_("《劳动法》第六十四条"), _LABOUR),
    _audited(N_("《未成年工特殊保护规定》（劳部发〔1994〕498号）第三条"), date(1995, 1, 1)),
)
MINORS_AT_NIGHT = (
    Citation(N_("提示：法律没有专门规定未成年工的夜班，出于保护建议不安排"), _LABOUR, is_law=False),
)
VENUES = (
    Citation(N_("《娱乐场所管理条例》（国务院令第458号）"), date(2006, 3, 1), date(2021, 5, 31)),
    _audited(N_("《未成年人保护法》第六十一条"), date(2021, 6, 1)),
)
OVERTIME_PAY = (_audited(N_("《劳动法》第四十四条"), _LABOUR),)
HOLIDAY_PAY = (
    Citation(N_("《劳动法》第四十四条第三项"), _LABOUR),
    Citation(N_("《全国年节及纪念日放假办法》第二条"), _LABOUR),
)
LATE_PAY = (
    _audited(N_("《劳动法》第五十条"), _LABOUR),
    _audited(N_("《保障农民工工资支付条例》第十四条"), date(2020, 5, 1)),
    Citation(N_("《深圳市员工工资支付条例》第十一条"), date(2004, 12, 1), area=SHENZHEN),
    Citation(N_("《广东省工资支付条例》"), date(2005, 5, 1), area=GUANGDONG, verified=False),
)
LIABILITY = (
    _audited(N_("《劳动合同法》第二十六条第一款第二项"), _CONTRACT),
    _audited(N_("《工伤保险条例》"), date(2004, 1, 1)),
)
PENALTY = (_audited(N_("《劳动合同法》第二十五条"), _CONTRACT),)
HIV = (
    _audited(N_("《艾滋病防治条例》第三条"), date(2006, 3, 1)),
    _audited(N_("《就业促进法》第三十条"), _EMPLOYMENT),
)
DISABILITY = (_audited(N_("《就业促进法》第二十九条"), _EMPLOYMENT), _GUANGDONG_MARKET)
MINORITY_CARE = (_audited(N_("《就业促进法》第二十八条（对少数民族劳动者给予适当照顾）"), _EMPLOYMENT),)
FINES = (
    _audited(N_("《劳动合同法》第二十五条、第三十条"), _CONTRACT),
    Citation(N_("《广东省劳动保障监察条例》第五十一条"), date(2013, 5, 1), area=GUANGDONG, verified=False),
)
PAID_WORK = (
    _audited(N_("《劳动法》第五十条"), _LABOUR),
    _audited(N_("《劳动合同法》第三十条"), _CONTRACT),
)

GROUNDS: tuple[Ground, ...] = (
    *SOURCES.values(),
    HARD_WORK_WOMEN,
    HARD_WORK_MINORS,
    MINORS_AT_NIGHT,
    VENUES,
    OVERTIME_PAY,
    HOLIDAY_PAY,
    LATE_PAY,
    LIABILITY,
    PENALTY,
    HIV,
    DISABILITY,
    MINORITY_CARE,
    FINES,
    PAID_WORK,
)
