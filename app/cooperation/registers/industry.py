"""Industry (粤办发〔2016〕32号 7): enterprises, workshops and parks, whom they give work; what is sold."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.queries.jobs import jobs_of, jobs_with
from app.cooperation.register import NOTE, Column, Figure, Form, Register
from models.access import Actor
from models.cooperation.entry import EntryState, RegisterEntry
from models.i18n import N_, Sentence

ALREADY = Sentence("这家单位在这个地方已经登记过一次；追加的投资请改原来那一行，不要再登记一行。")
MORE_THAN_AGREED = Sentence(
    "“到位投资”比“协议投资”多：请核对单位是元不是万元；确实追加了，先把补充协议的数写进“协议投资”。"
)
_ORGANISATION = Column(
    "organisation_id",
    N_("平台上的单位"),
    Form.ORGANISATION,
    listed=False,
    also=("统一社会信用代码",),
    hint=N_("单位全称或统一社会信用代码；填了，用工人数就按它在当地的用工经历数。"),
)
_AGREED = Column("planned_fen", N_("协议投资（元）"), Form.YUAN, also=("协议投资额（元）", "签约金额（元）"))
_MADE = Column("amount_fen", N_("到位投资（元）"), Form.YUAN, also=("实际投资额（元）", "到位资金（元）"))
_PARK = Column("parent_id", N_("在哪个园区"), Form.PARENT, listed=False, of="parks", also=("所在园区",))
_OWNER = Column("owner", N_("责任人"), must=True, also=("负责人", "联系人"))
_VILLAGE = Column("village", N_("村"), also=("所在村",))
_HOUSEHOLDS = Column("households", N_("受益贫困户"), Form.COUNT, also=("带动贫困户", "受益户数"))


def investment(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    """What was made does not exceed what was agreed: most often ten thousands typed as yuan."""
    if entry.planned_fen is not None and (entry.amount_fen or 0) > entry.planned_fen:
        yield MORE_THAN_AGREED


def _enterprise_rules(session: Session, entry: RegisterEntry, today: date) -> Iterable[Sentence]:
    yield from investment(session, entry, today)
    if entry.organisation_id is None:
        return
    same = select(RegisterEntry.id).where(
        RegisterEntry.register == entry.register,
        RegisterEntry.organisation_id == entry.organisation_id,
        RegisterEntry.place_code == entry.place_code,
        RegisterEntry.state != EntryState.CANCELLED,
    )
    if entry.id is not None:
        same = same.where(RegisterEntry.id != entry.id)
    if session.scalar(same.limit(1)) is not None:
        yield ALREADY


def _jobs(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """Who works there today, of whom registered households, by spells."""
    return jobs_of(session, actor, entry, today)


def _park_figures(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """What stands in the park, and who works there: a person with two of its enterprises counts once."""
    inside = session.scalars(
        select(RegisterEntry).where(
            RegisterEntry.parent_id == entry.id, RegisterEntry.state != EntryState.CANCELLED
        )
    ).all()
    yield Figure(N_("园区里的企业"), sum(one.register == ENTERPRISES.key for one in inside))
    yield Figure(N_("园区里的车间"), sum(one.register == WORKSHOPS.key for one in inside))
    yield from jobs_with(session, actor, inside, today)


ENTERPRISES = Register(
    "enterprises",
    N_("引进企业"),
    7,
    (
        Column("title", N_("企业名称"), must=True, most=120, also=("名称", "企业")),
        _ORGANISATION,
        Column(
            "kind",
            N_("行业"),
            Form.CHOICE,
            must=True,
            choices=(
                ("manufacturing", N_("制造业")),
                ("farming", N_("农业和农产品加工")),
                ("culture", N_("文化旅游")),
                ("trade", N_("商贸物流")),
                ("other", N_("其他")),
            ),
        ),
        _PARK,
        _VILLAGE,
        _AGREED,
        _MADE,
        Column("held_on", N_("签约日期"), Form.PAST, must=True, also=("落地时间",)),
        Column("due_on", N_("计划投产"), Form.DAY, listed=False, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("引进的企业，协议投资和到位投资分开写；用工人数从用工经历里数，不用填。"),
    rules=_enterprise_rules,
    figures=_jobs,
    children=("business_visits",),
)
WORKSHOPS = Register(
    "workshops",
    N_("扶贫车间"),
    7,
    (
        Column("title", N_("车间名称"), must=True, most=120, also=("名称", "扶贫车间名称")),
        _ORGANISATION,
        Column("partner", N_("承办企业或合作社"), listed=False, most=120),
        _PARK,
        Column("village", N_("村"), must=True, also=("所在村", "地址")),
        _AGREED,
        _MADE,
        Column("held_on", N_("投产日期"), Form.DAY, must=True, also=("建成时间",)),
        _OWNER,
        NOTE,
    ),
    expects=N_("车间没有登记成单位的，名称写得和用工经历里的一样，才数得到人。"),
    rules=investment,
    figures=_jobs,
)
PARKS = Register(
    "parks",
    N_("产业园区和基地"),
    7,
    (
        Column("title", N_("园区名称"), must=True, most=120, also=("名称", "基地名称")),
        Column(
            "kind",
            N_("园区类别"),
            Form.CHOICE,
            must=True,
            choices=(
                ("model", N_("东西部扶贫协作产业示范园区")),
                ("base", N_("特色产业基地")),
                ("tourism", N_("旅游园区")),
            ),
        ),
        _VILLAGE,
        _AGREED,
        _MADE,
        Column("held_on", N_("开工日期"), Form.DAY, must=True),
        Column("due_on", N_("计划建成"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("共建的园区和基地；进园的企业、车间登记时选“在哪个园区”。"),
    rules=investment,
    figures=_park_figures,
    children=("enterprises", "workshops"),
)
COOPERATIVES = Register(
    "cooperatives",
    N_("合作社和龙头企业"),
    7,
    (
        Column("title", N_("名称"), must=True, most=120, also=("合作社名称",)),
        Column(
            "kind",
            N_("是什么"),
            Form.CHOICE,
            must=True,
            choices=(("cooperative", N_("农民合作社")), ("leading", N_("龙头企业"))),
        ),
        Column("partner", N_("做什么产业"), must=True, most=120, also=("主要产业",)),
        _VILLAGE,
        Column("people", N_("社员人数"), Form.COUNT),
        _HOUSEHOLDS,
        Column("amount_fen", N_("扶持资金（元）"), Form.YUAN),
        Column("held_on", N_("从哪天起"), Form.DAY, must=True),
        _OWNER,
        NOTE,
    ),
    expects=N_("带动贫困户发展的合作组织和龙头企业；带动的户数附上名册。"),
)
SALES = Register(
    "sales",
    N_("农产品销售"),
    7,
    (
        Column("title", N_("销售的产品"), must=True, most=120, also=("产品", "产品名称")),
        Column("partner", N_("采购单位"), must=True, most=120, also=("买方",)),
        Column(
            "kind",
            N_("怎么卖的"),
            Form.CHOICE,
            choices=(
                ("canteen", N_("机关、学校、企业食堂")),
                ("market", N_("商超和批发市场")),
                ("online", N_("电商")),
                ("fair", N_("展销会")),
            ),
        ),
        Column("amount_fen", N_("销售额（元）"), Form.YUAN, must=True, also=("金额（元）",)),
        _HOUSEHOLDS,
        Column("held_on", N_("日期"), Form.PAST, must=True),
        _OWNER,
        NOTE,
    ),
    expects=N_("卖出去的才登记，附上发票或结算单。"),
)
TOURISM = Register(
    "tourism",
    N_("旅游合作"),
    7,
    (
        Column("title", N_("线路或项目"), must=True, most=120, also=("项目名称", "线路")),
        Column(
            "kind",
            N_("是什么"),
            Form.CHOICE,
            must=True,
            choices=(
                ("route", N_("精品旅游线路")),
                ("facility", N_("旅游基础设施")),
                ("goods", N_("特色旅游商品")),
                ("promotion", N_("推介活动")),
            ),
        ),
        Column("people", N_("游客人次"), Form.COUNT),
        _AGREED,
        _MADE,
        Column("held_on", N_("从哪天起"), Form.DAY, must=True),
        _OWNER,
        NOTE,
    ),
    expects=N_("线路、设施、商品和推介；游客人次附上依据。"),
    rules=investment,
)
SCIENCE = Register(
    "science",
    N_("科技合作"),
    7,
    (
        Column("title", N_("项目名称"), must=True, most=120, also=("名称",)),
        Column(
            "kind",
            N_("是什么"),
            Form.CHOICE,
            must=True,
            choices=(
                ("technique", N_("引进技术、品种")),
                ("trial", N_("试验示范基地")),
                ("envoys", N_("科技特派员")),
            ),
        ),
        Column("partner", N_("技术依托单位"), must=True, most=120),
        _HOUSEHOLDS,
        Column("amount_fen", N_("投入资金（元）"), Form.YUAN),
        Column("held_on", N_("从哪天起"), Form.DAY, must=True),
        Column("due_on", N_("到哪天"), Form.DAY, after="held_on"),
        _OWNER,
        NOTE,
    ),
    expects=N_("谁出技术、在哪里用、带动多少户。"),
)
BUSINESS_VISITS = Register(
    "business_visits",
    N_("企业考察对接"),
    7,
    (
        Column("title", N_("考察对接内容"), must=True, most=120),
        Column("parent_id", N_("后来引进的企业"), Form.PARENT, listed=False, of="enterprises"),
        Column("partner", N_("哪家企业"), must=True, most=120, also=("企业名称",)),
        Column("people", N_("人数"), Form.COUNT),
        Column("held_on", N_("日期"), Form.DAY, must=True),
        _OWNER,
        NOTE,
    ),
    expects=N_("企业来看、当地去请，都登记；谈成了，再选引进了哪家企业。"),
)
REGISTERS = (ENTERPRISES, WORKSHOPS, PARKS, COOPERATIVES, SALES, TOURISM, SCIENCE, BUSINESS_VISITS)
