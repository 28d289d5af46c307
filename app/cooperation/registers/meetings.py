"""Organisation (粤办发〔2016〕32号 12、13): meetings, visits, teams, what was decided, inspections."""

from app.cooperation.register import NOTE, Column, Form, Register
from models.cooperation.entry import OWES_LABELS
from models.i18n import N_

_OWES = tuple((value.value, word) for value, word in OWES_LABELS.items())
_HELD = Column("held_on", N_("日期"), Form.DAY, must=True, also=("时间", "召开时间"))
_OWED_BY = Column("owed_by", N_("由谁办"), Form.CHOICE, must=True, choices=_OWES, also=("责任单位", "责任方"))
_DUE = Column("due_on", N_("办结期限"), Form.DAY, must=True, also=("完成时限", "期限"))
_OWNER = Column("owner", N_("责任人"), must=True, also=("负责人", "联系人"))

MEETINGS = Register(
    "meetings",
    N_("联席会议与会商"),
    12,
    (
        Column("title", N_("会议名称"), must=True, most=120, also=("名称", "会议")),
        Column(
            "kind",
            N_("会议类别"),
            Form.CHOICE,
            must=True,
            choices=(
                ("joint", N_("省际党政联席会议")),
                ("pair", N_("结对双方联席会议")),
                ("consult", N_("联合会商")),
            ),
        ),
        _HELD,
        Column("owner", N_("主持人"), also=("负责人",)),
        Column("people", N_("参加人数"), Form.COUNT),
        NOTE,
    ),
    expects=N_("每年至少开一次；登记以后，议定的事可以一件一件记在下面。"),
    children=("decisions",),
)
DECISIONS = Register(
    "decisions",
    N_("议定事项"),
    12,
    (
        Column("title", N_("议定事项"), must=True, most=120, also=("事项",)),
        Column("parent_id", N_("哪次会议"), Form.PARENT, of="meetings", also=("会议名称",)),
        _OWED_BY,
        _OWNER,
        _DUE,
        Column("done_on", N_("办结日期"), Form.PAST, listed=False),
        NOTE,
    ),
    expects=N_("每件事写明由谁办、哪天办完；到期没办完，会出现在欠办一方的今日工作里。"),
)
VISITS = Register(
    "visits",
    N_("互访"),
    12,
    (
        Column("title", N_("访问内容"), must=True, most=120),
        Column(
            "kind",
            N_("谁去哪里"),
            Form.CHOICE,
            must=True,
            choices=(("out", N_("帮扶市去被帮扶地")), ("in", N_("被帮扶地来帮扶市"))),
        ),
        Column("owner", N_("带队领导"), must=True, also=("领导",)),
        _HELD,
        Column("people", N_("人数"), Form.COUNT),
        NOTE,
    ),
    expects=N_("主要负责同志每年定期互访；两个方向都登记。"),
)
TEAMS = Register(
    "teams",
    N_("前方工作组"),
    12,
    (
        Column("title", N_("工作组名称"), must=True, most=120),
        Column("owner", N_("组长"), must=True),
        Column("partner", N_("办公地点和电话"), listed=False, most=120),
        Column("people", N_("人数"), Form.COUNT),
        Column("held_on", N_("派出日期"), Form.DAY, must=True),
        Column("due_on", N_("轮换日期"), Form.DAY, after="held_on"),
        NOTE,
    ),
    expects=N_("派到被帮扶地的工作组，以及组长和轮换的日子。"),
)
CONTACTS = Register(
    "contacts",
    N_("结对联络人"),
    12,
    (
        Column("title", N_("姓名和职务"), must=True, most=120, also=("姓名", "联络人")),
        Column(
            "kind",
            N_("哪一头的"),
            Form.CHOICE,
            must=True,
            choices=(("helper", N_("帮扶市")), ("recipient", N_("被帮扶的市州、县"))),
        ),
        Column("partner", N_("单位和办公电话"), must=True, most=120, also=("联系方式", "电话")),
        Column("held_on", N_("从哪天起"), Form.PAST, must=True),
        NOTE,
    ),
    expects=N_("两头各写一位：出发以前找谁。写办公电话，不写个人手机；换了人，原来的选“不办了”，再加一行。"),
)
INSPECTIONS = Register(
    "inspections",
    N_("督导检查"),
    13,
    (
        Column("title", N_("检查内容"), must=True, most=120),
        _HELD,
        Column("partner", N_("检查单位"), must=True, most=120),
        _OWED_BY,
        _OWNER,
        Column("due_on", N_("整改期限"), Form.DAY, after="held_on"),
        Column("note", N_("发现的问题和整改"), Form.PARAGRAPH, listed=False, most=1000),
    ),
    expects=N_("检查出来的问题，由谁整改、哪天改完，改完由别人验收。"),
)
REGISTERS = (MEETINGS, DECISIONS, VISITS, TEAMS, CONTACTS, INSPECTIONS)
