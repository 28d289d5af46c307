"""The county's spreadsheet of the stories: title rows, a sheet per township, a number that Excel has
eaten."""

from datetime import date
from io import BytesIO

import xlsxwriter

from tests.factories.people import id_number

HEADER = (
    "序号",
    "户编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "民族",
    "文化程度",
    "健康状况",
    "劳动技能",
    "联系电话",
    "想做的工作",
    "最低工资",
    "普通话",
    "愿不愿意外出务工",
)
PEOPLE = (
    ("沙马伍各木", "513431199205030100", "户主"),
    ("吉克阿牛", "513431199008120210", "配偶"),
    ("俄木木加", "513431198103150310", "户主"),
)


def roster() -> bytes:
    """Return the workbook."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("新城镇")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "昭觉县新城镇建档立卡劳动力花名册")
    sheet.write(1, 0, "填报单位：新城镇人民政府")
    sheet.write_row(2, 0, HEADER)
    for n, (name, stem, relation) in enumerate(PEOPLE):
        number = id_number(order=int(stem[14:17]), born=_born(stem))
        row = (
            n + 1,
            f"5134310{n // 2:03d}",
            name,
            f" {number.lower()}",
            relation,
            "彝族",
            "初中",
            "健康",
            "普通劳动力",
            f"1380000000{n}",
            "缝纫工",
            "4000",
            "日常交流",
            "愿意",
        )
        sheet.write_row(3 + n, 0, row)
    sheet.write_row(6, 0, (4, "5134310009", "阿说尔布"))
    sheet.write_number(6, 3, 513431199205030300)
    sheet.write(7, 0, "合计")
    sheet.write(8, 0, "填表人：阿说   审核人：")
    book.close()
    return target.getvalue()


def _born(stem: str) -> date:
    return date(int(stem[6:10]), int(stem[10:12]), int(stem[12:14]))
