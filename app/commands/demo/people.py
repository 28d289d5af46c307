"""Synthetic workers: whole households of the 53 counties, as the register would know them.

ID numbers carry a right check digit but a sequence of 900-999, which real ones hardly use; telephone numbers
begin with 19900.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum.cn import ric

from app.commands.demo.names import name_of, people_of
from models import vault
from models.clock import utc_now
from models.people.worker import WorkerState

CERTIFICATES = {"叉车驾驶": "叉车证", "二保焊": "焊工证"}
VILLAGES = [
    "新民村",
    "大坪村",
    "团结村",
    "向阳村",
    "河边村",
    "高山村",
    "石板村",
    "红旗村",
    "龙洞村",
    "青山村",
]
EDUCATION = (("文盲或半文盲", 0, 8), ("小学", 1, 38), ("初中", 2, 40), ("高中", 3, 11), ("大专", 4, 3))
TRADES: tuple[tuple[tuple[str, ...], tuple[str, ...], str, int], ...] = (
    (("普工", "电子厂"), ("电烙铁焊接", "插件"), "在电子厂插件 1 年", 30),
    (("车位工", "制衣厂"), ("平车操作", "锁边车操作"), "制衣厂车位 2 年，会平车", 15),
    (("包装工", "普工"), (), "食品厂包装半年", 10),
    (("保安",), (), "小区保安 1 年", 6),
    (("保洁", "酒店服务员"), (), "酒店打扫客房", 8),
    (("餐厅服务员", "洗碗工"), (), "火锅店服务员", 7),
    (("焊工",), ("二保焊",), "工地焊工 3 年", 5),
    (("叉车司机",), ("叉车驾驶",), "仓库开叉车 2 年", 4),
    (("建筑小工", "钢筋工"), (), "工地小工 4 年", 9),
    (("注塑工",), (), "注塑厂看机 1 年", 4),
    (("家政", "月嫂"), (), "帮人带过孩子", 5),
    (("鞋厂普工", "针车工"), ("针车",), "鞋厂针车 1 年", 5),
    (("随便", "都可以"), (), "", 8),
)


# What people also say when they are asked what work they want, by age: no draw, so that nothing else moves.
NO_JOBS = {23: ("随便",), 31: ("莫得夜班就要得",), 37: ("4500以上",), 44: ("不想出远门",)}


@dataclass
class PeopleMaker:
    """Draws people of one county after another; the same generator state gives the same people."""

    rng: Random
    today: date
    towns: dict[str, list[tuple[str, str]]]
    helpers: dict[str, tuple[str, ...]]
    used: set[str] = field(default_factory=set)
    phones: int = 0

    def household(self, county: str, code: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of one household: a head, perhaps a spouse, perhaps grown children."""
        prefecture = county[:4] + "00"
        people = people_of(self.rng, prefecture)
        town_code, town = self.rng.choice(self.towns.get(county) or [(None, "")])
        home = {
            "county_code": county,
            "township_code": town_code,
            "township": town,
            "ethnicity": people,
            "village": self.rng.choice(VILLAGES),
        }
        head_sex = "M" if self.rng.random() < 0.8 else "F"
        head_age = self.rng.randint(24, 58)
        members = [("户主", head_sex, head_age)]
        if self.rng.random() < 0.55:
            members.append(
                ("配偶", "F" if head_sex == "M" else "M", max(20, head_age - self.rng.randint(-3, 5)))
            )
        if head_age > 40 and self.rng.random() < 0.6:
            members.append(
                ("之子" if self.rng.random() < 0.5 else "之女", "", head_age - self.rng.randint(20, 24))
            )
        for relation, sex, age in members:
            drawn_sex = sex or ("M" if relation == "之子" else "F")
            yield home | self._person(prefecture, county, people, relation, drawn_sex, age)

    def _person(
        self, prefecture: str, county: str, people: str, relation: str, sex: str, age: int
    ) -> dict[str, Any]:
        born = self.today - timedelta(days=365 * age + self.rng.randint(1, 360))
        number = self._id_number(county, born, sex)
        name = name_of(self.rng, people, sex)
        education, level, _weight = self.rng.choices(EDUCATION, [row[2] for row in EDUCATION])[0]
        return {
            "name": name,
            "sex": sex,
            "birth_date": born,
            "relation": relation,
            "id_number": number,
            "id_digest": vault.digest(number),
            "id_last4": number[-4:],
            "education_text": education,
            "education": level,
            "is_synthetic": True,
            "version": 1,
            "state": WorkerState.POOL,
            "created_at": utc_now(),
            **self._phone(),
            **self._health(),
            **self._wishes(prefecture, age),
        }

    def _id_number(self, county: str, born: date, sex: str) -> str:
        while True:
            order = self.rng.randint(900, 999)
            if order % 2 != (sex == "M"):
                continue
            body = f"{county}{born:%Y%m%d}{order}"
            number = body + ric.calc_check_digit(body + "0")
            if number not in self.used:
                self.used.add(number)
                return number
            born -= timedelta(days=1)

    def _phone(self) -> dict[str, Any]:
        """The person's own number; of those who have none every second can be reached through the father."""
        has_none = self.rng.random() < 0.08
        self.phones += 1
        phone = f"19900{self.phones:06d}"
        if has_none:
            fathers = [[phone, "父亲"]] if self.phones % 2 else None
            return {"phones": fathers, "phone": None, "phone_digest": None, "phone_last4": ""}
        own = {"phone": phone, "phone_digest": vault.digest(phone), "phone_last4": phone[-4:]}
        return {"phones": None} | own

    def _health(self) -> dict[str, Any]:
        text, level = self.rng.choices(
            (("健康", 2), ("长期慢性病", 1), ("残疾", 1), ("患有大病", 0)), (90, 6, 3, 1)
        )[0]
        return {
            "health_text": text,
            "health": level,
            "labour_capacity": {2: "普通劳动力", 1: "弱劳动力或半劳动力", 0: "丧失劳动力"}[level],
        }

    def _wishes(self, prefecture: str, age: int) -> dict[str, Any]:
        rng = self.rng
        wishes, skills, experience, _weight = rng.choices(TRADES, [row[3] for row in TRADES])[0]
        skilled = rng.random() < 0.55
        helpers = self.helpers.get(prefecture, ())
        anywhere = rng.random() < 0.35 or not helpers
        certificates = (
            ["叉车证"]
            if "叉车驾驶" in skills and skilled
            else ["焊工证"]
            if "二保焊" in skills and skilled
            else []
        )
        return {
            "wishes": [*wishes[: rng.randint(1, len(wishes))], *NO_JOBS.get(age, ())],
            "skills": list(skills) if skilled else [],
            "certificates": certificates,
            "experience": experience if skilled else "",
            "cities": [] if anywhere else sorted({rng.choice(helpers), rng.choice(helpers)}),
            "wage_floor_yuan": rng.choice((None, 3000, 3500, 3800, 4000, 4500, 5000)),
            "night_shift": rng.choice((True, True, False, None)),
            "willing": rng.choices((True, None, False), (70, 22, 8))[0],
            "mandarin": rng.choices((0, 1, 2, 3, None), (6, 22, 40, 22, 10))[0],
            "dormitory_needed": rng.choice((True, True, None)),
            "couple_room_needed": rng.choices((True, None), (8, 92))[0],
            "available_on": self.today + timedelta(days=rng.randint(0, 40)) if rng.random() < 0.7 else None,
            "months_away": rng.choice((None, 0, 3, 6, 9)),
            "care_duties": rng.choices(("", "家里有老人", "孩子两岁"), (85, 8, 7))[0],
        }
