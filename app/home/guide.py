"""The guided tour and quick card of each role: where a day's work stands, and what to try on demo data."""

from dataclasses import dataclass

from models.access import Actor, Role
from models.i18n import N_

R = Role


@dataclass(frozen=True)
class Stop:
    """One page of the tour: its endpoint, what it is for, what to try (labels)."""

    endpoint: str
    word: str
    tries: str


_TODAY = Stop(
    "home.today", N_("今日工作"), N_("从上往下做：先“今天”，再“这一周”。点右边的按钮就到要办的地方。")
)
_SEARCH = Stop(
    "home.search",
    N_("搜索"),
    N_("按 Ctrl K（手机上点最上面的格子），写一个岗位、姓名或要办的事，看看找到什么。"),
)
_REPORTS = Stop(
    "reports.index",
    N_("报表和考核"),
    N_("打开一份报表，点一个数字，看它是怎么数出来的；结对已经结束的，看结束前的最后一期。"),
)
_CHARTS = Stop(
    "reports.charts", N_("会议图表"), N_("看哪一对离计划最远、哪个县没有人在岗；开会前可以直接打印。")
)
_ORDERS = Stop(
    "orders.index",
    N_("岗位"),
    N_("打开一个岗位，看到手多少钱、难处写在哪里。"),
)
_CLASSES = Stop(
    "training_classes.index",
    N_("培训班"),
    N_("打开一个在上课的班，看名单、课表和到课。"),
)

TOURS: dict[Role, tuple[Stop, ...]] = {
    R.COUNTY: (
        _TODAY,
        Stop(
            "intake.index",
            N_("导入花名册"),
            N_("下载模板，填三行再传上来：先看预览，确认以前什么也不会写进去。"),
        ),
        Stop(
            "workers.index",
            N_("劳动力台账"),
            N_("用姓名或拼音找一个人，打开看他想做什么、愿不愿外出。"),
        ),
        Stop(
            "workers.asking",
            N_("打电话问去不去"),
            N_("点“从第一位开始”，照着问一个人，把回答记下；打不通就点“没接通，打下一位”。"),
        ),
        Stop(
            "match_runs.index",
            N_("匹配与推荐"),
            N_("给一个岗位点“找人”，再点“开始找人”，看一个人为什么排在前面。"),
        ),
        Stop(
            "placements.index",
            N_("输出与跟踪"),
            N_("在“等答复”里打开一个人，登记他的答复；再看谁到岗了。"),
        ),
        Stop(
            "placements.follow_ups",
            N_("回访"),
            N_("到岗满 1、3、6 个月各问一次。“该打的电话”里没有人，就看“两周内到期”；记一次回访，写明凭据。"),
        ),
        Stop(
            "problems.index",
            N_("反映的问题"),
            N_("在“轮到我们”里打开第一件，看哪天到期，写下办了什么。"),
        ),
        _SEARCH,
    ),
    R.TOWNSHIP: (
        _TODAY,
        Stop(
            "intake.index",
            N_("报送花名册"),
            N_("下载模板，填三行传上来；县里确认以后才进台账。"),
        ),
        Stop(
            "workers.index",
            N_("劳动力台账"),
            N_("找本乡镇的一个人，看他现在在哪里。"),
        ),
        _ORDERS,
        _SEARCH,
    ),
    R.ENTERPRISE: (
        _TODAY,
        Stop(
            "orders.new",
            N_("发布岗位"),
            N_("写一个岗位：工资按到手写，难处也写上，来的人才留得住。"),
        ),
        Stop(
            "placements.index",
            N_("输出与跟踪"),
            N_("在“愿意去”里看谁答应来，登记录用；人到了再登记到岗。"),
        ),
        Stop(
            "rosters.index",
            N_("月度花名册"),
            N_("先下载名单，填谁还在、谁走了，再点“传回填好的表”，看一遍才确认；人少就“直接在网页上填”。"),
        ),
        _SEARCH,
    ),
    R.SCHOOL: (
        _TODAY,
        Stop(
            "training_orders.index",
            N_("培训订单"),
            N_("找一个可以报名的订单，看要学什么、学完去哪里。"),
        ),
        _CLASSES,
        Stop(
            "subsidies.index",
            N_("培训补贴"),
            N_("点“看能补多少”，看每个人为什么能报、为什么不能。"),
        ),
        _SEARCH,
    ),
    R.TEACHER: (
        _TODAY,
        Stop(
            "attendance.today",
            N_("今天的课"),
            N_("打开一节课，让学员扫码，或逐个点名。"),
        ),
        _SEARCH,
    ),
    R.CITY: (
        _TODAY,
        Stop(
            "orders.index",
            N_("审核岗位"),
            N_("把状态选成“待审核”再点“筛选”，打开一个，看平台标出的疑点，退回或通过。"),
        ),
        Stop(
            "placements.index",
            N_("输出与跟踪"),
            N_("看谁到了本市、谁走了。"),
        ),
        Stop(
            "placements.verification_list",
            N_("核实回访"),
            N_("抽几条回访，换一双眼睛看凭据，勾上再点“核实所选的”。"),
        ),
        _REPORTS,
        _SEARCH,
    ),
    R.REGISTRATION: (
        _TODAY,
        Stop(
            "hukou.index",
            N_("落户"),
            N_("打开一件申请，看规则怎么说、还差什么材料。"),
        ),
        Stop(
            "hukou_rules.index",
            N_("落户规则"),
            N_("看一条规则：出处、日期、改了会影响多少人。"),
        ),
        _SEARCH,
    ),
    R.PREFECTURE: (_TODAY, _REPORTS, _CHARTS, _ORDERS, _SEARCH),
    R.PROVINCE: (_TODAY, _REPORTS, _CHARTS, _ORDERS, _SEARCH),
    R.AUDITOR: (
        _TODAY,
        Stop(
            "reference.audit",
            N_("审计记录"),
            N_("查一个人今天打开过谁的资料、为了什么。"),
        ),
        _REPORTS,
        _CHARTS,
        _SEARCH,
    ),
    R.ADMIN: (
        _TODAY,
        Stop(
            "accounts.users", N_("账号与授权"), N_("开一个账号，给一个角色；要紧的授权要第二个管理员同意。")
        ),
        Stop(
            "reference.audit",
            N_("审计记录"),
            N_("看刚才那件事是怎么记的。"),
        ),
        Stop(
            "home.nightly",
            N_("夜间任务"),
            N_("看昨夜每一步做成没有；没做成的点“再做一次”。"),
        ),
        _SEARCH,
    ),
}


def roles_of(actor: Actor) -> list[Role]:
    """The roles of ``actor`` that have a tour, each once."""
    return [role for role in dict.fromkeys(right.role for right in actor.rights) if role in TOURS]


def stops_of(actor: Actor) -> tuple[Stop, ...]:
    """The tours of all roles of ``actor``, one after the other."""
    return tuple(stop for role in roles_of(actor) for stop in TOURS[role])
