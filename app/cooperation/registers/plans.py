"""Plans and key projects (粤办发〔2016〕32号 6): what was planned, what was built for whom, by when."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cooperation.register import NOTE, Column, Figure, Form, Register
from models.access import Actor, Permission, visible_to
from models.cooperation.entry import OWES_LABELS, EntryState, RegisterEntry
from models.i18n import N_, Sentence

_OWES = tuple((value.value, word) for value, word in OWES_LABELS.items())
MEASURES = (
    ("people_at_work", N_("帮助就业的人数")),
    ("trained", N_("培训人数")),
    ("households", N_("帮扶的户数")),
    ("enterprises", N_("引进的企业数")),
    ("projects", N_("实施的项目数")),
    ("staff", N_("互派的干部人才数")),
)


def _plan_rules(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """A plan names its target: without a number nothing can be held against it."""
    if entry.kind and not entry.target:
        yield Sentence("写了“目标是什么”，也要写目标数，否则没法对照完成多少。")


def _project_rules(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """What was spent does not exceed the budget."""
    if entry.planned_fen is not None and (entry.amount_fen or 0) > entry.planned_fen:
        yield Sentence("“已用资金”比“预算”多，请先改预算，并写明依据的文件。")


def _milestones(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """Milestones done, of all of a project."""
    own = select(func.count(), func.count().filter(_is_reached)).where(RegisterEntry.parent_id == entry.id)
    counted = visible_to(actor, own, RegisterEntry, Permission.COOPERATION_READ)
    whole, done = session.execute(counted).one()
    yield Figure(N_("节点"), whole)
    yield Figure(N_("办完的节点"), done)


_is_reached = RegisterEntry.state.in_((EntryState.DONE, EntryState.ACCEPTED))

PLANS = Register(
    "plans",
    N_("帮扶规划和年度计划"),
    6,
    (
        Column("title", N_("计划名称"), must=True, most=120, also=("名称",)),
        Column("kind", N_("目标是什么"), Form.CHOICE, choices=MEASURES),
        Column("target", N_("目标数"), Form.COUNT),
        Column("planned_fen", N_("计划资金（元）"), Form.YUAN),
        Column("held_on", N_("从哪天起"), Form.DAY, must=True),
        Column("due_on", N_("到哪天"), Form.DAY, must=True, after="held_on"),
        Column("owed_by", N_("由谁办"), Form.CHOICE, must=True, choices=_OWES),
        Column("owner", N_("责任人")),
        NOTE,
    ),
    expects=N_("每个帮扶市先有规划，再有每年的计划；每一个目标一行，才能对照完成多少。"),
    rules=_plan_rules,
)
PROJECTS = Register(
    "projects",
    N_("重点帮扶项目"),
    6,
    (
        Column("title", N_("项目名称"), must=True, most=120, also=("名称", "项目")),
        Column(
            "kind",
            N_("项目类别"),
            Form.CHOICE,
            must=True,
            choices=(
                ("housing", N_("危房改造")),
                ("relocation", N_("易地搬迁")),
                ("employment", N_("就业创业")),
                ("education", N_("教育")),
                ("health", N_("医疗卫生")),
                ("water", N_("饮水和道路")),
                ("industry", N_("产业")),
                ("other", N_("其他")),
            ),
        ),
        Column("village", N_("村"), listed=False),
        Column("households", N_("惠及贫困户"), Form.COUNT, also=("受益户数",)),
        Column("planned_fen", N_("预算（元）"), Form.YUAN, also=("计划投资",)),
        Column("amount_fen", N_("已用资金（元）"), Form.YUAN),
        Column("held_on", N_("开工日期"), Form.DAY, listed=False),
        Column("due_on", N_("计划完工"), Form.DAY, must=True, after="held_on"),
        Column("owed_by", N_("由谁办"), Form.CHOICE, must=True, choices=_OWES, listed=False),
        Column("owner", N_("责任人"), must=True),
        NOTE,
    ),
    expects=N_("重点是危房改造、易地搬迁、就业创业；照片传在附件里，完工由另一个人验收。"),
    rules=_project_rules,
    figures=_milestones,
    children=("milestones",),
)
MILESTONES = Register(
    "milestones",
    N_("项目节点"),
    6,
    (
        Column("title", N_("节点"), must=True, most=120),
        Column("parent_id", N_("哪个项目"), Form.PARENT, must=True, of="projects", also=("项目名称",)),
        Column("due_on", N_("期限"), Form.DAY, must=True),
        Column("owed_by", N_("由谁办"), Form.CHOICE, must=True, choices=_OWES),
        Column("owner", N_("责任人")),
        NOTE,
    ),
    expects=N_("一个项目分几步，每一步有期限。"),
)
REGISTERS = (PLANS, PROJECTS, MILESTONES)
