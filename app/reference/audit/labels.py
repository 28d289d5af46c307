"""The words of the audit: what an event was about, and what was noted with it."""

from models.access import Permission
from models.account_request import REQUEST_WORKFLOW
from models.cooperation.entry import ENTRY_WORKFLOW
from models.cooperation.fund_finding import FINDING_WORKFLOW
from models.cooperation.fund_payment import PAYMENT_WORKFLOW
from models.cooperation.subsidy_recovery import SUBSIDY_RECOVERY_WORKFLOW
from models.cooperation.work_subsidy import SUBSIDY_LIST_WORKFLOW, SUBSIDY_RULE_WORKFLOW
from models.employment.duty import DUTY_WORKFLOW
from models.employment.newcomer import NEWCOMER_WORKFLOW
from models.hukou.case import CASE_WORKFLOW
from models.hukou.rule import RULE_WORKFLOW
from models.i18n import N_
from models.jobs.order import ORDER_WORKFLOW
from models.messages.wording import WORDING_WORKFLOW
from models.people.intake import BATCH_WORKFLOW
from models.people.own_word import OWN_WORD_WORKFLOW
from models.people.worker import WORKER_WORKFLOW
from models.placement.placement import PLACEMENT_WORKFLOW
from models.problems.flow import PROBLEM_WORKFLOW
from models.reports.indicator import INDICATOR_WORKFLOW
from models.reports.report import REPORT_WORKFLOW
from models.scorecard import SCORECARD_WORKFLOW
from models.training.agreement import AGREEMENT_WORKFLOW
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import ENROLMENT_WORKFLOW
from models.training.recovery import RECOVERY_WORKFLOW
from models.training.standard import STANDARD_WORKFLOW
from models.training.supplement import SUPPLEMENT_WORKFLOW
from models.training.training_order import TRAINING_ORDER_WORKFLOW

# Table of the subject: its word, and where it is shown to those who may see it.
SUBJECTS: dict[str, tuple[str, str, str, Permission | None]] = {
    "user": (N_("账号"), "accounts.user", "user_id", Permission.USER_ADMIN),
    "worker": (N_("人员"), "workers.show", "worker_id", Permission.WORKER_READ),
    "job_order": (N_("岗位"), "orders.show", "order_id", Permission.ORDER_READ),
    "placement": (N_("推荐"), "placements.show", "number", Permission.PLACEMENT_READ),
    "departure": (N_("队伍"), "placements.departure", "number", Permission.PLACEMENT_READ),
    "import_batch": (N_("导入"), "intake.show", "number", Permission.ROSTER_SEND),
    "cohort": (N_("培训班"), "training_classes.show", "class_id", Permission.TRAINING_READ),
    "certificate": (N_("证书"), "certification.show", "certificate_id", Permission.ENROLMENT_READ),
    "claim": (N_("补贴申报"), "subsidies.show", "claim_id", Permission.CLAIM_READ),
    "report": (N_("报表"), "reports.show", "report_id", Permission.REPORT_READ),
    "match_run": (N_("匹配"), "match_runs.show", "run_id", Permission.MATCH_READ),
}
PLAIN_SUBJECTS = {
    "score_card": N_("积分卡"),
    "told_figure": N_("填报的数字"),
    "match_adjustment": N_("手工改动"),
    "follow_up": N_("回访"),
    "organisation": N_("单位"),
    "worker_export": N_("导出"),
    "list_export": N_("导出列表"),
    "bulk_act": N_("一次办多人"),
    "duplicate": N_("重复判定"),
    "job": N_("后台任务"),
    "nightly_outcome": N_("夜间任务"),
    "holiday": N_("节假日与调休"),
    "money_figure": N_("补贴或生活成本"),
    "minimum_wage": N_("最低工资"),
    "pairing": N_("结对关系"),
    "programme_county": N_("帮扶县名单"),
    "occupation": N_("工种"),
    "skill": N_("技能"),
    "code_item": N_("代码表"),
    "training_order": N_("培训订单"),
    "training_bid": N_("承接报名"),
    "training_agreement": N_("培训协议"),
    "enrolment": N_("学员"),
    "lesson": N_("课"),
    "attendance": N_("点名"),
    "inspection": N_("巡查"),
    "claim_line": N_("补贴明细"),
    "claim_paper": N_("申报附件"),
    "public_notice": N_("公示"),
    "recovery": N_("追回"),
    "entry_person": N_("协作台账的名单"),
    "work_subsidy_rule": N_("交通、稳岗补贴标准"),
    "work_subsidy_list": N_("交通、稳岗补贴名单"),
    "work_subsidy_recovery": N_("交通、稳岗补贴的追回"),
    "fund_posting": N_("协作资金记账"),
    "fund_item": N_("资金项目"),
    "fund_payment": N_("协作资金支付"),
    "fund_finding": N_("资金审计发现"),
    "fund_rule": N_("协作资金规则"),
    "treasury_batch": N_("国库流水"),
    "reference": N_("基础数据"),
    "settlement_quota": N_("入户指标"),
    "settlement_rule": N_("落户规则"),
    "settlement_case": N_("落户申请"),
    "settlement_document": N_("落户材料"),
    "person_fact": N_("落户事实"),
    "settlement_follow_up": N_("落户回访"),
    "training_standard": N_("培训标准"),
    "indicator": N_("指标口径"),
    "order_batch": N_("岗位导入"),
    "occupation_word": N_("工种叫法"),
    "wish_word": N_("不是工种的叫法"),
    "county_office": N_("县就业局的电话"),
    "asking": N_("问卷"),
    "area": N_("行政区划"),
    "agreement_supplement": N_("补充协议"),
    "column_mapping": N_("表头叫法"),
    "evidence_paper": N_("回访凭据"),
    "problem_file": N_("随问题发来的照片和录音"),
    "points_list": N_("积分名单"),
    "audit": N_("全部审计记录"),
    "retention": N_("保存期限"),
    "consent": N_("本人的同意"),
    "account_request": N_("账号申请"),
    "watched_act": N_("要看的事"),
}
DETAILS = {
    "event": N_("做了什么"),
    "from": N_("原来"),
    "to": N_("现在"),
    "reason": N_("理由"),
    "fields": N_("改了哪些"),
    "role": N_("角色"),
    "area": N_("区划"),
    "organisation": N_("单位"),
    "user": N_("账号"),
    "purpose": N_("用途"),
    "batch": N_("导入"),
    "file": N_("文件"),
    "counts": N_("各多少"),
    "order": N_("岗位"),
    "worker": N_("人员"),
    "run": N_("匹配编号"),
    "months": N_("第几个月"),
    "outcome": N_("结果"),
    "evidence": N_("凭据"),
    "table": N_("表"),
    "key": N_("编号"),
    "rows": N_("条数"),
    "price": N_("代价（分）"),
    "mask": N_("遮号"),
    "other": N_("另一人"),
    "decision": N_("判定"),
    "channel": N_("怎么答复的"),
    "departure": N_("队伍"),
    "kind": N_("类型"),
    "name": N_("名称"),
    "amount_fen": N_("金额"),
    "cohort": N_("培训班"),
    "lesson": N_("课编号"),
    "scheme": N_("补贴项目"),
    "year": N_("年度"),
    "version": N_("版本"),
    "signed_on": N_("签字日期"),
    "route": N_("路径"),
    "document": N_("材料编号"),
    "party": N_("哪一方"),
    "basis": N_("依据"),
    "days": N_("天数"),
    "month": N_("月份"),
    "missing": N_("没有填的人"),
    "code": N_("代码"),
    "machine": N_("在哪台机器上，是谁"),
    "request": N_("申请编号"),
    "on": N_("截至日期"),
    "helper": N_("帮扶方"),
    "recipient": N_("受帮扶方"),
    "checksum": N_("校验码"),
}
WORKFLOWS = {
    flow.tag: flow
    for flow in (
        AGREEMENT_WORKFLOW,
        REQUEST_WORKFLOW,
        BATCH_WORKFLOW,
        CASE_WORKFLOW,
        CLASS_WORKFLOW,
        ENROLMENT_WORKFLOW,
        ENTRY_WORKFLOW,
        NEWCOMER_WORKFLOW,
        ORDER_WORKFLOW,
        OWN_WORD_WORKFLOW,
        PLACEMENT_WORKFLOW,
        PROBLEM_WORKFLOW,
        REPORT_WORKFLOW,
        RECOVERY_WORKFLOW,
        PAYMENT_WORKFLOW,
        FINDING_WORKFLOW,
        RULE_WORKFLOW,
        SCORECARD_WORKFLOW,
        STANDARD_WORKFLOW,
        INDICATOR_WORKFLOW,
        SUBSIDY_RULE_WORKFLOW,
        SUBSIDY_LIST_WORKFLOW,
        SUBSIDY_RECOVERY_WORKFLOW,
        WORDING_WORKFLOW,
        DUTY_WORKFLOW,
        SUPPLEMENT_WORKFLOW,
        TRAINING_ORDER_WORKFLOW,
        WORKER_WORKFLOW,
    )
}
OTHER_SUBJECT, OTHER_DETAIL = N_("其他"), N_("说明")

# What a reader of a timeline looks for: the kind, its word, and the beginnings of the tags that are of it.
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "look": (
        N_("查看和导出"),
        (
            "worker:reveal",
            "worker:health",
            "worker:export",
            "worker:own_data",
            "claim:export",
            "settlement:open_document",
            "audit:look",
            "audit:export",
        ),
    ),
    "import": (N_("导入"), ("import:", "column:")),
    "register": (N_("台账"), ("worker:", "duplicate:")),
    "placement": (
        N_("推荐和上岗"),
        ("placement:", "consent:", "departure:", "followup:", "match:", "order:", "places:"),
    ),
    "certificate": (N_("成绩和证书"), ("exam:", "certificate:")),
    "class": (
        N_("培训班"),
        (
            "cohort:",
            "enrolment:",
            "attendance:",
            "timetable:",
            "inspection:",
            "training_order:",
            "bid:",
            "agreement:",
            "breach:",
        ),
    ),
    "money": (N_("补贴"), ("claim:", "notice:", "subsidy:", "recovery:", "figure:", "fund:")),
    "hukou": (N_("落户"), ("settlement:", "rule:")),
    "account": (N_("账号"), ("user:", "grant:", "request:", "act:")),
    "platform": (N_("平台"), ("",)),
}
KINDS = {kind: word for kind, (word, _beginnings) in _KINDS.items()}


def kind_of(tag: str) -> str:
    """The kind of an event: the first that claims its tag."""
    return next(kind for kind, (_word, beginnings) in _KINDS.items() if tag.startswith(beginnings))
