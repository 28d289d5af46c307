"""Synthetic rosters of any length, as a county would send them: 25 columns, households of one to five
people."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from app.commands.demo.names import name_of, people_of
from app.kit.files.spreadsheet import Column, Page, write_workbook
from models.people.identity import LENGTH

COUNTY = "513431"
PREFECTURE = "513400"
HEADINGS = (
    "序号",
    "乡(镇)",
    "行政村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "性别",
    "与户主关系",
    "民族",
    "文化程度",
    "健康状况",
    "劳动技能",
    "务工状况",
    "务工所在地",
    "务工时间(月)",
    "致贫原因",
    "脱贫属性",
    "户联系电话",
    "人联系电话",
    "是否愿意外出",
    "意向工种",
    "意向地区",
    "期望月薪(元)",
    "备注",
)
TOWNS = (
    "新城镇",
    "城北乡",
    "树坪乡",
    "谷曲乡",
    "大坝乡",
    "地莫乡",
    "特布洛乡",
    "塘且乡",
    "普诗乡",
    "玛增依乌乡",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RELATIONS = ("户主", "配偶", "之子", "之女", "之子")


def write_roster(path: Path, rows: int, seed: int = 1, months_away: str = "") -> None:
    """Write a workbook of ``rows`` people; the same seed gives the same people, each of them changed where
    ``months_away`` is given."""
    with path.open("wb") as target:
        columns = [Column(heading, 14) for heading in HEADINGS]
        people = roster(rows, seed)
        if months_away:
            place = HEADINGS.index("务工时间(月)")
            people = ([*row[:place], months_away, *row[place + 1 :]] for row in people)
        write_workbook(target, [Page("花名册", columns, people)])


def roster(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """Yield the rows of a roster."""
    rng = Random(seed)
    place, home = 0, 0
    while place < rows:
        home += 1
        size = min(rng.randint(1, 5), rows - place)
        head_is_man = rng.random() < 0.8
        house = _house(rng, home)
        for member in range(size):
            place += 1
            yield _person(rng, place, member, head_is_man, house)


def _house(rng: Random, home: int) -> dict[str, str]:
    return {
        "town": rng.choice(TOWNS),
        "village": f"第{rng.randint(1, 30)}村",
        "code": f"{51340000000 + home}",
        "people": people_of(rng, PREFECTURE),
        "phone": _phone(rng),
        "cause": rng.choice(("缺技术", "因病", "缺劳力")),
    }


def _person(rng: Random, place: int, member: int, head_is_man: bool, house: dict[str, str]) -> list[str]:
    is_man = {0: head_is_man, 1: not head_is_man, 3: False}.get(member, True)
    sex = "M" if is_man else "F"
    away = rng.random() < 0.3
    return [
        str(place),
        house["town"],
        house["village"],
        house["code"],
        f"{51340100000000 + place}",
        name_of(rng, house["people"], sex),
        id_number(place, is_man),
        "男" if is_man else "女",
        RELATIONS[member],
        house["people"],
        rng.choice(("小学", "初中", "高中", "文盲或半文盲")),
        "健康",
        "普通劳动力",
        "省外务工" if away else "",
        "广东佛山" if away else "",
        "6" if away else "",
        house["cause"],
        "已脱贫",
        house["phone"],
        _phone(rng),
        rng.choice(("是", "否", "")),
        rng.choice(("普工", "普工、焊工", "")),
        rng.choice(("佛山", "广东", "不限", "")),
        rng.choice(("4000", "4500", "")),
        "",
    ]


def id_number(place: int, is_man: bool) -> str:
    """Return a number with a right check digit, another one for every place; a sequence of 900 and more."""
    born = date(1965, 1, 1) + timedelta(days=place % 14_000)
    order = 900 + (place // 14_000) * 2 + is_man
    body = f"{COUNTY}{born:%Y%m%d}{order}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return f"{body}{'10X98765432'[total % 11]}"[:LENGTH]


def _phone(rng: Random) -> str:
    return f"199{rng.randint(0, 99_999_999):08d}"
