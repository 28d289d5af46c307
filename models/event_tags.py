"""What the audit can tell: the acts, their words, and the keys a payload may carry."""

import enum

from models.i18n import N_


class EventTag(enum.StrEnum):
    """What can happen, as ``subject:verb``."""

    PERSON_OPEN = "person:open"
    PERSON_SEARCH = "person:search"
    PERSON_CLOSE = "person:close"
    USER_SIGN_IN = "user:sign_in"
    USER_SIGN_IN_FAILED = "user:sign_in_failed"
    USER_LOCKED = "user:locked"
    USER_SIGN_OUT = "user:sign_out"
    USER_CREATE = "user:create"
    USER_UPDATE = "user:update"
    USER_RESET = "user:reset"
    USER_PASSWORD = "user:password"  # noqa: S105 (a tag, not a secret)
    ACCOUNT_SLIP = "account:slip"
    ACCOUNT_SLIP_FAILED = "account:slip_failed"
    ACCOUNT_SLIP_END = "account:slip_end"
    ACCOUNT_BIND = "account:bind"
    ACCOUNT_REVOKE = "account:revoke"
    TOKEN_MAKE = "token:make"  # noqa: S105 (a tag, not a secret)
    TOKEN_REVOKE = "token:revoke"  # noqa: S105
    WEBHOOK_MAKE = "webhook:make"
    WEBHOOK_STOP = "webhook:stop"
    WEBHOOK_START = "webhook:start"
    GRANT_GIVE = "grant:give"
    GRANT_REVOKE = "grant:revoke"
    REQUEST_MAKE = "request:make"
    REQUEST_ADVANCE = "request:advance"
    ACT_LOOK = "act:look"
    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_UPDATE = "organisation:update"
    ORGANISATION_MERGE = "organisation:merge"
    WORKER_CREATE = "worker:create"
    WORKER_UPDATE = "worker:update"
    WORKER_ADVANCE = "worker:advance"
    WORKER_CALL = "worker:call"
    WORKER_REVEAL = "worker:reveal"
    WORKER_HEALTH = "worker:health"
    WORKER_EXPORT = "worker:export"
    LIST_EXPORT = "list:export"
    CARE_KEEP = "care:keep"
    BULK_DO = "bulk:do"
    BULK_UNDO = "bulk:undo"
    WORKER_DATA = "worker:own_data"
    WORKER_ERASE = "worker:erase"
    RETENTION_END = "worker:end_retention"
    DUPLICATE_DECIDE = "duplicate:decide"
    DUPLICATE_UNDO = "duplicate:undo"
    IMPORT_UPLOAD = "import:upload"
    IMPORT_CONFIRM = "import:confirm"
    IMPORT_ADVANCE = "import:advance"
    IMPORT_LEAVE_OUT = "import:leave_out"
    IMPORT_CORRECT = "import:correct"
    IMPORT_UNDO = "import:undo"
    ORDER_CREATE = "order:create"
    ORDER_UPDATE = "order:update"
    ORDER_ADVANCE = "order:advance"
    COLUMN_EXPLAIN = "column:explain"
    MATCH_START = "match:start"
    MATCH_ADJUST = "match:adjust"
    CARD_LEARN = "card:learn"
    CARD_ADVANCE = "card:advance"
    PLACEMENT_CREATE = "placement:create"
    PLACEMENT_ADVANCE = "placement:advance"
    PLACEMENT_CORRECT = "placement:correct"
    CARD_ACKNOWLEDGE = "card:acknowledge"
    PREFERENCE_STATE = "preference:state"
    OWN_WORD_SAY = "own_word:say"
    OWN_WORD_ADVANCE = "own_word:advance"
    CONSENT_GIVE = "consent:give"
    CONSENT_WITHDRAW = "consent:withdraw"
    DEPARTURE_CREATE = "departure:create"
    DEPARTURE_CHANGE = "departure:change"
    DEPARTURE_HANDOVER = "departure:hand_over"
    RETURN_OPEN = "return:open"
    RETURN_ANSWER = "return:answer"
    FOLLOWUP_RECORD = "followup:record"
    FOLLOWUP_VERIFY = "followup:verify"
    ENTRY_WRITE = "entry:write"
    ENTRY_ADVANCE = "entry:advance"
    ENTRY_PAPER_ADD = "entry_paper:add"
    ENTRY_PAPER_OPEN = "entry_paper:open"
    ENTRY_PERSON = "entry_person:change"
    PROBLEM_OPEN = "problem:open"
    PROBLEM_ADVANCE = "problem:advance"
    PROBLEM_NOTE = "problem:note"
    PROBLEM_CHANGE = "problem:change"
    PROBLEM_ESCALATE = "problem:escalate"
    PROBLEM_CONSENT = "problem:consent"
    PROBLEM_FILE_ADD = "problem_file:add"
    PROBLEM_FILE_OPEN = "problem_file:open"
    CONTACT_ASSIGN = "contact:assign"
    CONTACT_END = "contact:end"
    CONTACT_VISIT = "contact:visit"
    FIRST_CALL = "first_call:record"
    WARNING_CALL = "warning:call"
    EVIDENCE_ADD = "evidence:add"
    EVIDENCE_OPEN = "evidence:open"
    MONTH_SHEET = "month:sheet"
    MONTH_CONFIRM = "month:confirm"
    MONTH_VERIFY = "month:verify"
    DIFFERENCE_SETTLE = "difference:settle"
    DUTY_ADVANCE = "duty:advance"
    SPELL_BEGIN = "spell:begin"
    SPELL_END = "spell:end"
    SPELL_CORRECT = "spell:correct"
    SPELL_WITHDRAW = "spell:withdraw"
    SPELL_EVIDENCE = "spell:evidence"
    SPELL_VERIFY = "spell:verify"
    NEWCOMER_REGISTER = "newcomer:register"
    NEWCOMER_ASK = "newcomer:ask"
    NEWCOMER_SETTLE = "newcomer:settle"
    TRAINING_ORDER_CREATE = "training_order:create"
    TRAINING_ORDER_UPDATE = "training_order:update"
    TRAINING_ORDER_ADVANCE = "training_order:advance"
    BID_MAKE = "bid:make"
    BID_CHOOSE = "bid:choose"
    AGREEMENT_CREATE = "agreement:create"
    AGREEMENT_SIGN = "agreement:sign"
    AGREEMENT_ADVANCE = "agreement:advance"
    BREACH_RECORD = "breach:record"
    PLACES_RESERVE = "places:reserve"
    PLACES_RELEASE = "places:release"
    CLASS_CREATE = "cohort:create"
    CLASS_UPDATE = "cohort:update"
    CLASS_ADVANCE = "cohort:advance"
    TIMETABLE_IMPORT = "timetable:import"
    TIMETABLE_CHANGE = "timetable:change"
    ENROLMENT_PROPOSE = "enrolment:propose"
    ENROLMENT_ADVANCE = "enrolment:advance"
    ATTENDANCE_MARK = "attendance:mark"
    INSPECTION_RECORD = "inspection:record"
    EXAM_IMPORT = "exam:import"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_REVOKE = "certificate:revoke"
    CLAIM_MAKE = "claim:make"
    CLAIM_LINE_REFUSE = "claim:refuse_line"
    CLAIM_ANSWER = "claim:answer"
    CLAIM_PAPER_ADD = "claim:add_paper"
    CLAIM_PAPER_OPEN = "claim:open_paper"
    CLAIM_PAPER_WITHDRAW = "claim:withdraw_paper"
    CLAIM_EXPORT = "claim:export"
    NOTICE_PUBLISH = "notice:publish"
    NOTICE_OBJECT = "notice:object"
    SUBSIDY_PAY = "subsidy:pay"
    RECOVERY_DEMAND = "recovery:demand"
    RECOVERY_ADVANCE = "recovery:advance"
    FUND_POST = "fund:post"
    FUND_ITEM_CREATE = "fund:item_create"
    FUND_PAYMENT_CREATE = "fund:payment_create"
    FUND_PAYMENT_ADVANCE = "fund:payment_advance"
    FUND_FINDING_CREATE = "fund:finding_create"
    FUND_FINDING_ADVANCE = "fund:finding_advance"
    TREASURY_UPLOAD = "fund:treasury_upload"
    TREASURY_CONFIRM = "fund:treasury_confirm"
    RULE_DRAFT = "rule:draft"
    RULE_ADVANCE = "rule:advance"
    HUKOU_FACT = "settlement:fact"
    HUKOU_CASE_CREATE = "settlement:create"
    HUKOU_CASE_ADVANCE = "settlement:advance"
    HUKOU_RULE_ADOPT = "settlement:adopt_rule"
    HUKOU_PRIORITY = "settlement:priority"
    HUKOU_READ_NOTICE = "settlement:read_notice"
    HUKOU_DOCUMENT_ADD = "settlement:add_document"
    HUKOU_DOCUMENT_REUSE = "settlement:reuse_document"
    HUKOU_DOCUMENT_OPEN = "settlement:open_document"
    HUKOU_DOCUMENT_JUDGE = "settlement:judge_document"
    HUKOU_FAMILY_ADD = "settlement:add_family"
    HUKOU_FAMILY_REMOVE = "settlement:remove_family"
    HUKOU_FOLLOW_UP = "settlement:follow_up"
    POINTS_LIST_PUBLISH = "points_list:publish"
    POINTS_LIST_NOTE = "points_list:note"
    POINTS_LIST_AWARD = "points_list:award"
    REFERENCE_UPDATE = "reference:update"
    REFERENCE_CONFIRM = "reference:confirm"
    REFERENCE_LOAD = "reference:load"
    SUPPLEMENT_CREATE = "supplement:create"
    SUPPLEMENT_SIGN = "supplement:sign"
    SUPPLEMENT_ADVANCE = "supplement:advance"
    INSPECTION_CORRECT = "inspection:correct"
    STANDARD_DECIDE = "training_standard:decide"
    STANDARD_ADVANCE = "training_standard:advance"
    WORD_SAY = "word:say"
    REPORT_DRAFT = "report:draft"
    REPORT_COUNT = "report:count"
    REPORT_ADVANCE = "report:advance"
    SUBSIDY_RULE_WRITE = "work_subsidy_rule:write"
    SUBSIDY_RULE_ADVANCE = "work_subsidy_rule:advance"
    SUBSIDY_LIST_CREATE = "work_subsidy_list:create"
    SUBSIDY_LIST_ADVANCE = "work_subsidy_list:advance"
    SUBSIDY_RECOVERY_DEMAND = "work_subsidy_recovery:demand"
    SUBSIDY_RECOVERY_ADVANCE = "work_subsidy_recovery:advance"
    INDICATOR_WRITE = "indicator:write"
    INDICATOR_ADVANCE = "indicator:advance"
    REPORT_FREEZE = "report:freeze"
    REPORT_EXPORT = "report:export"
    FIGURE_TELL = "told_figure:tell"
    FIGURE_WITHDRAW = "told_figure:withdraw"
    FIGURE_OPEN = "told_figure:open"
    WORDING_WRITE = "message_wording:write"
    WORDING_ADVANCE = "message_wording:advance"
    MESSAGE_TELL = "message:tell"
    MESSAGE_AGAIN = "message:again"
    WORD_WITHDRAW = "word:withdraw"
    FIGURE_UPDATE = "figure:update"
    OFFICE_UPDATE = "office:update"
    JOB_CANCEL = "job:cancel"
    AUDIT_CHECK = "audit:check"
    AUDIT_ANCHOR = "audit:anchor"
    AUDIT_LOOK = "audit:look"
    AUDIT_EXPORT = "audit:export"
    NIGHTLY_AGAIN = "nightly:again"


EVENT_LABELS = {
    EventTag.PERSON_OPEN: N_("打开个人名单"),
    EventTag.PERSON_SEARCH: N_("在打开的个人名单里找人"),
    EventTag.PERSON_CLOSE: N_("关上个人名单"),
    EventTag.USER_SIGN_IN: N_("登录"),
    EventTag.USER_SIGN_IN_FAILED: N_("登录没有成功"),
    EventTag.USER_LOCKED: N_("账号被锁"),
    EventTag.USER_SIGN_OUT: N_("退出"),
    EventTag.USER_CREATE: N_("建账号"),
    EventTag.USER_UPDATE: N_("停用或恢复账号"),
    EventTag.USER_RESET: N_("换了密码或动态口令（由管理员）"),
    EventTag.USER_PASSWORD: N_("换密码"),
    EventTag.ACCOUNT_SLIP: N_("打账号单"),
    EventTag.ACCOUNT_SLIP_FAILED: N_("账号单的证件后四位不对"),
    EventTag.ACCOUNT_SLIP_END: N_("账号单作废"),
    EventTag.ACCOUNT_BIND: N_("用账号单设了登录密码"),
    EventTag.ACCOUNT_REVOKE: N_("本人账号停用"),
    EventTag.TOKEN_MAKE: N_("做了接口令牌"),
    EventTag.TOKEN_REVOKE: N_("撤销接口令牌"),
    EventTag.WEBHOOK_MAKE: N_("登记通知地址"),
    EventTag.WEBHOOK_STOP: N_("停用通知地址"),
    EventTag.WEBHOOK_START: N_("重新启用通知地址"),
    EventTag.GRANT_GIVE: N_("授权"),
    EventTag.GRANT_REVOKE: N_("收回授权"),
    EventTag.REQUEST_MAKE: N_("申请，等另一位管理员"),
    EventTag.REQUEST_ADVANCE: N_("申请的进度变化"),
    EventTag.ACT_LOOK: N_("看过另一位管理员办的事"),
    EventTag.ORGANISATION_CREATE: N_("登记单位"),
    EventTag.ORGANISATION_UPDATE: N_("修改单位"),
    EventTag.ORGANISATION_MERGE: N_("合并单位"),
    EventTag.WORKER_CREATE: N_("登记人员"),
    EventTag.WORKER_UPDATE: N_("改人员资料"),
    EventTag.WORKER_ADVANCE: N_("人员状态变化"),
    EventTag.WORKER_CALL: N_("打电话问意愿"),
    EventTag.WORKER_REVEAL: N_("看完整号码"),
    EventTag.WORKER_HEALTH: N_("看健康情况"),
    EventTag.WORKER_EXPORT: N_("导出花名册"),
    EventTag.LIST_EXPORT: N_("导出列表"),
    EventTag.CARE_KEEP: N_("记备注、提醒或交给同事"),
    EventTag.BULK_DO: N_("一次办多人"),
    EventTag.BULK_UNDO: N_("整批撤销"),
    EventTag.WORKER_DATA: N_("导出本人资料"),
    EventTag.WORKER_ERASE: N_("清除个人资料"),
    EventTag.RETENTION_END: N_("清掉到期的个人资料"),
    EventTag.DUPLICATE_DECIDE: N_("判定重复"),
    EventTag.DUPLICATE_UNDO: N_("撤回重复判定"),
    EventTag.IMPORT_UPLOAD: N_("上传花名册"),
    EventTag.IMPORT_CONFIRM: N_("确认导入"),
    EventTag.IMPORT_ADVANCE: N_("导入进度变化"),
    EventTag.IMPORT_LEAVE_OUT: N_("勾选导入的行和列"),
    EventTag.IMPORT_CORRECT: N_("更正花名册的一格"),
    EventTag.IMPORT_UNDO: N_("整批撤销导入"),
    EventTag.ORDER_CREATE: N_("新建岗位"),
    EventTag.ORDER_UPDATE: N_("改岗位"),
    EventTag.ORDER_ADVANCE: N_("岗位状态变化"),
    EventTag.COLUMN_EXPLAIN: N_("说明表格的列名"),
    EventTag.MATCH_START: N_("开始匹配"),
    EventTag.MATCH_ADJUST: N_("手工调整安排"),
    EventTag.PLACEMENT_CREATE: N_("推荐岗位"),
    EventTag.PLACEMENT_ADVANCE: N_("推荐进度变化"),
    EventTag.PLACEMENT_CORRECT: N_("更正日期或原因"),
    EventTag.CARD_ACKNOWLEDGE: N_("对过岗位明白卡"),
    EventTag.OWN_WORD_SAY: N_("本人说资料不对"),
    EventTag.OWN_WORD_ADVANCE: N_("看过本人自己说的"),
    EventTag.PREFERENCE_STATE: N_("说了最想干的活"),
    EventTag.CONSENT_GIVE: N_("本人同意给企业看"),
    EventTag.CONSENT_WITHDRAW: N_("本人收回同意"),
    EventTag.DEPARTURE_CREATE: N_("编队出发"),
    EventTag.DEPARTURE_CHANGE: N_("改出发安排"),
    EventTag.DEPARTURE_HANDOVER: N_("登记交接单"),
    EventTag.RETURN_OPEN: N_("开春节返乡返岗"),
    EventTag.RETURN_ANSWER: N_("登记返乡返岗"),
    EventTag.FOLLOWUP_RECORD: N_("登记回访"),
    EventTag.FOLLOWUP_VERIFY: N_("核实回访"),
    EventTag.ENTRY_WRITE: N_("登记或修改协作台账"),
    EventTag.ENTRY_ADVANCE: N_("协作事项进度变化"),
    EventTag.ENTRY_PAPER_ADD: N_("协作台账加附件"),
    EventTag.ENTRY_PAPER_OPEN: N_("打开协作台账的附件"),
    EventTag.ENTRY_PERSON: N_("协作台账名单变化"),
    EventTag.PROBLEM_OPEN: N_("务工者反映问题"),
    EventTag.PROBLEM_ADVANCE: N_("问题办理进度变化"),
    EventTag.PROBLEM_NOTE: N_("问题办理记录"),
    EventTag.PROBLEM_CHANGE: N_("问题改期、转交或提醒"),
    EventTag.PROBLEM_ESCALATE: N_("问题上报"),
    EventTag.PROBLEM_CONSENT: N_("同意或不同意让企业知道"),
    EventTag.PROBLEM_FILE_ADD: N_("随问题发来照片或录音"),
    EventTag.PROBLEM_FILE_OPEN: N_("打开本人发来的照片或录音"),
    EventTag.CONTACT_ASSIGN: N_("指派驻厂员"),
    EventTag.CONTACT_END: N_("驻厂员结束"),
    EventTag.CONTACT_VISIT: N_("驻厂走访"),
    EventTag.FIRST_CALL: N_("头两周的电话"),
    EventTag.WARNING_CALL: N_("关心电话"),
    EventTag.EVIDENCE_ADD: N_("交回访凭据"),
    EventTag.EVIDENCE_OPEN: N_("打开回访凭据"),
    EventTag.MONTH_SHEET: N_("下载月度名单"),
    EventTag.MONTH_CONFIRM: N_("确认月度花名册"),
    EventTag.MONTH_VERIFY: N_("核实月度花名册"),
    EventTag.DIFFERENCE_SETTLE: N_("处理差异"),
    EventTag.DUTY_ADVANCE: N_("核实就业状态"),
    EventTag.SPELL_BEGIN: N_("登记上班"),
    EventTag.SPELL_END: N_("登记离开"),
    EventTag.SPELL_CORRECT: N_("更正用工经历"),
    EventTag.SPELL_WITHDRAW: N_("撤掉用工经历"),
    EventTag.SPELL_EVIDENCE: N_("登记用工凭据"),
    EventTag.SPELL_VERIFY: N_("核实用工凭据"),
    EventTag.NEWCOMER_REGISTER: N_("登记已在当地上班的人"),
    EventTag.NEWCOMER_ASK: N_("按证件号码报了一个新来的人"),
    EventTag.NEWCOMER_SETTLE: N_("认领已在外上班的人"),
    EventTag.TRAINING_ORDER_CREATE: N_("新建培训订单"),
    EventTag.TRAINING_ORDER_UPDATE: N_("改培训订单"),
    EventTag.TRAINING_ORDER_ADVANCE: N_("培训订单状态变化"),
    EventTag.BID_MAKE: N_("学校报名承接"),
    EventTag.BID_CHOOSE: N_("选定学校"),
    EventTag.AGREEMENT_CREATE: N_("拟培训协议"),
    EventTag.AGREEMENT_SIGN: N_("签培训协议"),
    EventTag.AGREEMENT_ADVANCE: N_("协议状态变化"),
    EventTag.BREACH_RECORD: N_("登记违约"),
    EventTag.PLACES_RESERVE: N_("预留岗位"),
    EventTag.PLACES_RELEASE: N_("放开预留岗位"),
    EventTag.CLASS_CREATE: N_("新建培训班"),
    EventTag.CLASS_UPDATE: N_("改培训班"),
    EventTag.CLASS_ADVANCE: N_("培训班状态变化"),
    EventTag.TIMETABLE_IMPORT: N_("导入课程表"),
    EventTag.TIMETABLE_CHANGE: N_("改课程表"),
    EventTag.ENROLMENT_PROPOSE: N_("推荐学员"),
    EventTag.ENROLMENT_ADVANCE: N_("学员状态变化"),
    EventTag.ATTENDANCE_MARK: N_("登记考勤"),
    EventTag.INSPECTION_RECORD: N_("登记巡查"),
    EventTag.EXAM_IMPORT: N_("登记成绩"),
    EventTag.CERTIFICATE_ISSUE: N_("登记证书"),
    EventTag.CERTIFICATE_REVOKE: N_("吊销证书"),
    EventTag.CLAIM_MAKE: N_("申报补贴"),
    EventTag.CLAIM_LINE_REFUSE: N_("剔除一人补贴"),
    EventTag.CLAIM_ANSWER: N_("答复疑点"),
    EventTag.CLAIM_PAPER_ADD: N_("交申报附件"),
    EventTag.CLAIM_PAPER_OPEN: N_("打开申报附件"),
    EventTag.CLAIM_PAPER_WITHDRAW: N_("收回申报附件"),
    EventTag.CLAIM_EXPORT: N_("导出申报材料"),
    EventTag.NOTICE_PUBLISH: N_("公示补贴名单"),
    EventTag.NOTICE_OBJECT: N_("登记或答复异议"),
    EventTag.SUBSIDY_PAY: N_("拨付补贴"),
    EventTag.RECOVERY_DEMAND: N_("要求追回补贴"),
    EventTag.RECOVERY_ADVANCE: N_("追回进度变化"),
    EventTag.FUND_POST: N_("资金记账"),
    EventTag.FUND_ITEM_CREATE: N_("登记资金项目"),
    EventTag.FUND_PAYMENT_CREATE: N_("提出支付"),
    EventTag.FUND_PAYMENT_ADVANCE: N_("支付进度变化"),
    EventTag.FUND_FINDING_CREATE: N_("登记审计发现"),
    EventTag.FUND_FINDING_ADVANCE: N_("审计整改进度变化"),
    EventTag.TREASURY_UPLOAD: N_("上传国库流水"),
    EventTag.TREASURY_CONFIRM: N_("导入国库流水"),
    EventTag.RULE_DRAFT: N_("改落户规则"),
    EventTag.RULE_ADVANCE: N_("落户规则状态变化"),
    EventTag.HUKOU_FACT: N_("登记落户事实"),
    EventTag.HUKOU_CASE_CREATE: N_("新建落户申请"),
    EventTag.HUKOU_CASE_ADVANCE: N_("落户办理进度变化"),
    EventTag.HUKOU_RULE_ADOPT: N_("落户预审改按新规则"),
    EventTag.HUKOU_PRIORITY: N_("标记优先办理"),
    EventTag.HUKOU_READ_NOTICE: N_("本人读过自愿落户说明"),
    EventTag.HUKOU_DOCUMENT_ADD: N_("交落户材料"),
    EventTag.HUKOU_DOCUMENT_REUSE: N_("沿用上次认可的落户材料"),
    EventTag.HUKOU_DOCUMENT_OPEN: N_("打开落户材料"),
    EventTag.HUKOU_DOCUMENT_JUDGE: N_("认定落户材料"),
    EventTag.HUKOU_FAMILY_ADD: N_("登记一起落户的家人"),
    EventTag.HUKOU_FAMILY_REMOVE: N_("移出一起落户的家人"),
    EventTag.HUKOU_FOLLOW_UP: N_("登记落户回访"),
    EventTag.POINTS_LIST_PUBLISH: N_("公示积分名单"),
    EventTag.POINTS_LIST_NOTE: N_("在积分名单旁边注明"),
    EventTag.POINTS_LIST_AWARD: N_("按名次给入户指标"),
    EventTag.REFERENCE_UPDATE: N_("改基础数据"),
    EventTag.REFERENCE_CONFIRM: N_("看过基础数据，没有变化"),
    EventTag.REFERENCE_LOAD: N_("载入平台自带的基础数据"),
    EventTag.SUPPLEMENT_CREATE: N_("拟补充协议"),
    EventTag.SUPPLEMENT_SIGN: N_("签补充协议"),
    EventTag.SUPPLEMENT_ADVANCE: N_("补充协议状态变化"),
    EventTag.INSPECTION_CORRECT: N_("更正巡查记录"),
    EventTag.STANDARD_DECIDE: N_("待核标准的认定"),
    EventTag.STANDARD_ADVANCE: N_("培训标准的改动"),
    EventTag.WORD_SAY: N_("认定工种叫法"),
    EventTag.REPORT_DRAFT: N_("起草报表"),
    EventTag.REPORT_COUNT: N_("计算报表"),
    EventTag.REPORT_ADVANCE: N_("报表进度"),
    EventTag.SUBSIDY_RULE_WRITE: N_("登记交通、稳岗补贴的标准"),
    EventTag.SUBSIDY_RULE_ADVANCE: N_("交通、稳岗补贴标准的核实"),
    EventTag.SUBSIDY_LIST_CREATE: N_("列交通、稳岗补贴的名单"),
    EventTag.SUBSIDY_LIST_ADVANCE: N_("交通、稳岗补贴名单的支付"),
    EventTag.SUBSIDY_RECOVERY_DEMAND: N_("要求追回交通、稳岗补贴"),
    EventTag.SUBSIDY_RECOVERY_ADVANCE: N_("交通、稳岗补贴的追回"),
    EventTag.INDICATOR_WRITE: N_("写指标口径"),
    EventTag.INDICATOR_ADVANCE: N_("指标口径的改动"),
    EventTag.REPORT_FREEZE: N_("封存报表"),
    EventTag.REPORT_EXPORT: N_("导出报表的明细"),
    EventTag.FIGURE_TELL: N_("填报数字，附文件"),
    EventTag.FIGURE_WITHDRAW: N_("撤回填报的数字"),
    EventTag.FIGURE_OPEN: N_("打开数字的依据文件"),
    EventTag.WORDING_WRITE: N_("写通知的别种语言"),
    EventTag.WORDING_ADVANCE: N_("通知用语的改动"),
    EventTag.MESSAGE_TELL: N_("转告通知"),
    EventTag.MESSAGE_AGAIN: N_("再发一次短信"),
    EventTag.WORD_WITHDRAW: N_("撤回工种叫法"),
    EventTag.FIGURE_UPDATE: N_("改补贴或生活成本"),
    EventTag.OFFICE_UPDATE: N_("登记县就业局电话"),
    EventTag.JOB_CANCEL: N_("取消正在算的事"),
    EventTag.CARD_LEARN: N_("学习积分卡"),
    EventTag.CARD_ADVANCE: N_("积分卡状态变化"),
    EventTag.AUDIT_CHECK: N_("核对审计记录"),
    EventTag.AUDIT_ANCHOR: N_("库外的锚点"),
    EventTag.AUDIT_LOOK: N_("按证件号码查一个人的经过"),
    EventTag.AUDIT_EXPORT: N_("导出一个人的经过"),
    EventTag.NIGHTLY_AGAIN: N_("再做一次夜间任务"),
}


PAYLOAD_KEYS = frozenset(
    {
        "event",
        "from",
        "to",
        "reason",
        "fields",
        "role",
        "area",
        "organisation",
        "user",
        "purpose",
        "batch",
        "file",
        "counts",
        "order",
        "worker",
        "run",
        "months",
        "outcome",
        "evidence",
        "table",
        "key",
        "rows",
        "price",
        "mask",
        "other",
        "decision",
        "channel",
        "departure",
        "kind",
        "name",
        "amount_fen",
        "cohort",
        "lesson",
        "scheme",
        "year",
        "version",
        "signed_on",
        "route",
        "document",
        "party",
        "basis",
        "days",
        "month",
        "missing",
        "code",
        "machine",
        "checksum",
        "helper",
        "recipient",
        "on",
        "request",
    }
)
