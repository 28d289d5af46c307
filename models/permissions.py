"""Roles, what each may do, and the words for both."""

import enum

from models.i18n import N_


class Role(enum.StrEnum):
    """What a person is in the programme. A role alone gives nothing: it needs an area or organisation."""

    COUNTY = "county"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    TEACHER = "teacher"
    CITY = "city"
    REGISTRATION = "registration"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    AUDITOR = "auditor"
    ADMIN = "admin"
    WORKER = "worker"


ROLE_LABELS = {
    Role.COUNTY: N_("县级经办"),
    Role.TOWNSHIP: N_("乡镇协理员"),
    Role.ENTERPRISE: N_("用工企业"),
    Role.SCHOOL: N_("培训学校"),
    Role.TEACHER: N_("培训教师"),
    Role.CITY: N_("帮扶市人社局"),
    Role.REGISTRATION: N_("户籍经办"),
    Role.PREFECTURE: N_("市州督导"),
    Role.PROVINCE: N_("省级督导"),
    Role.AUDITOR: N_("审计"),
    Role.ADMIN: N_("管理员"),
    Role.WORKER: N_("务工者"),
}


class Permission(enum.StrEnum):
    """One thing that can be allowed. Every route names one, in the line above the view."""

    WORKER_READ = "worker:read"
    WORKER_WRITE = "worker:write"
    ROSTER_SEND = "roster:send"
    WORKER_IMPORT = "worker:import"
    WORKER_EXPORT = "worker:export"
    WORKER_REVEAL = "worker:reveal"
    WORKER_MERGE = "worker:merge"
    WORKER_ERASE = "worker:erase"
    ORDER_READ = "order:read"
    ORDER_WRITE = "order:write"
    ORDER_REVIEW = "order:review"
    MATCH_READ = "match:read"
    MATCH_RUN = "match:run"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_OFFER = "placement:offer"
    PLACEMENT_INVITE = "placement:invite"
    PLACEMENT_ANSWER = "placement:answer"
    PLACEMENT_HIRE = "placement:hire"
    PLACEMENT_DEPART = "placement:depart"
    PLACEMENT_ARRIVE = "placement:arrive"
    PLACEMENT_LEAVE = "placement:leave"
    FOLLOWUP_RECORD = "followup:record"
    FOLLOWUP_VERIFY = "followup:verify"
    PROBLEM_READ = "problem:read"
    PROBLEM_HANDLE = "problem:handle"
    PROBLEM_ANSWER = "problem:answer"
    CONTACT_ASSIGN = "contact:assign"
    WARNING_READ = "warning:read"
    MONTH_TELL = "month:tell"
    EMPLOYMENT_RECORD = "employment:record"
    FIGURE_WRITE = "figure:write"
    REFERENCE_READ = "reference:read"
    REFERENCE_WRITE = "reference:write"
    USER_ADMIN = "user:admin"
    AUDIT_READ = "audit:read"
    AUDIT_PERSON = "audit:person"
    CARD_READ = "card:read"
    CARD_SWITCH = "card:switch"
    TRAINING_READ = "training:read"
    TRAINING_ORDER = "training:order"
    TRAINING_BID = "training:bid"
    TRAINING_CHOOSE = "training:choose"
    TRAINING_SIGN = "training:sign"
    CLASS_WRITE = "cohort:write"
    CLASS_APPROVE = "cohort:approve"
    ENROLMENT_READ = "enrolment:read"
    ENROLMENT_ENDORSE = "enrolment:endorse"
    ENROLMENT_CONFIRM = "enrolment:confirm"
    ATTENDANCE_TAKE = "attendance:take"
    CLASS_INSPECT = "cohort:inspect"
    EXAM_RECORD = "exam:record"
    CERTIFICATE_ISSUE = "certificate:issue"
    CLAIM_READ = "claim:read"
    CLAIM_MAKE = "claim:make"
    CLAIM_CHECK = "claim:check"
    CLAIM_PAY = "claim:pay"
    HUKOU_READ = "settlement:read"
    HUKOU_HELP = "settlement:help"
    HUKOU_PROVE = "settlement:prove"
    HUKOU_REVIEW = "settlement:review"
    HUKOU_APPROVE = "settlement:approve"
    HUKOU_OPEN = "settlement:open_document"
    RULE_READ = "rule:read"
    RULE_WRITE = "rule:write"
    RULE_RELEASE = "rule:release"
    COOPERATION_READ = "cooperation:read"
    COOPERATION_WRITE = "cooperation:write"
    COOPERATION_ACCEPT = "cooperation:accept"
    FUND_READ = "fund:read"
    FUND_GRANT = "fund:grant"
    FUND_WRITE = "fund:write"
    FUND_PAY = "fund:pay"
    FUND_AUDIT = "fund:audit"
    STATISTICS_READ = "statistics:read"
    PERSON_OPEN = "person:open"
    REPORT_READ = "report:read"
    REPORT_MAKE = "report:make"
    REPORT_CHECK = "report:check"
    INDICATOR_WRITE = "indicator:write"
    PORTAL = "portal:own"


PERMISSION_LABELS = {
    Permission.WORKER_READ: N_("查看劳动力台账"),
    Permission.WORKER_WRITE: N_("登记和修改劳动力"),
    Permission.ROSTER_SEND: N_("上传花名册"),
    Permission.WORKER_IMPORT: N_("导入花名册"),
    Permission.WORKER_EXPORT: N_("导出花名册"),
    Permission.WORKER_REVEAL: N_("查看完整证件号和电话"),
    Permission.WORKER_MERGE: N_("判定重复人员"),
    Permission.WORKER_ERASE: N_("清除个人资料"),
    Permission.ORDER_READ: N_("查看岗位"),
    Permission.ORDER_WRITE: N_("发布岗位"),
    Permission.ORDER_REVIEW: N_("审核岗位"),
    Permission.MATCH_READ: N_("查看匹配结果"),
    Permission.MATCH_RUN: N_("开始匹配"),
    Permission.PLACEMENT_READ: N_("查看推荐与输出"),
    Permission.PLACEMENT_OFFER: N_("推荐岗位"),
    Permission.PLACEMENT_INVITE: N_("邀请应聘"),
    Permission.PLACEMENT_ANSWER: N_("答复推荐"),
    Permission.PLACEMENT_HIRE: N_("录用"),
    Permission.PLACEMENT_DEPART: N_("组织输出"),
    Permission.PLACEMENT_ARRIVE: N_("确认到岗"),
    Permission.PLACEMENT_LEAVE: N_("登记离职"),
    Permission.FOLLOWUP_RECORD: N_("登记回访"),
    Permission.FOLLOWUP_VERIFY: N_("核实回访"),
    Permission.PROBLEM_READ: N_("查看务工者反映的问题"),
    Permission.PROBLEM_HANDLE: N_("办理务工者反映的问题"),
    Permission.PROBLEM_ANSWER: N_("答复本企业务工者反映的问题"),
    Permission.CONTACT_ASSIGN: N_("指派驻厂员"),
    Permission.WARNING_READ: N_("查看要打电话关心的人"),
    Permission.MONTH_TELL: N_("报月度花名册"),
    Permission.EMPLOYMENT_RECORD: N_("登记用工经历"),
    Permission.FIGURE_WRITE: N_("维护补贴和生活成本"),
    Permission.REFERENCE_READ: N_("查看基础数据"),
    Permission.REFERENCE_WRITE: N_("维护基础数据"),
    Permission.USER_ADMIN: N_("管理账号和授权"),
    Permission.AUDIT_READ: N_("查看审计记录"),
    Permission.AUDIT_PERSON: N_("查看一个人的经过"),
    Permission.CARD_READ: N_("查看积分卡"),
    Permission.CARD_SWITCH: N_("学习和启用积分卡"),
    Permission.TRAINING_READ: N_("查看订单培训"),
    Permission.TRAINING_ORDER: N_("提出培训订单"),
    Permission.TRAINING_BID: N_("报名承接培训"),
    Permission.TRAINING_CHOOSE: N_("选定培训学校"),
    Permission.TRAINING_SIGN: N_("签培训协议"),
    Permission.CLASS_WRITE: N_("办培训班"),
    Permission.CLASS_APPROVE: N_("审核培训班"),
    Permission.ENROLMENT_READ: N_("查看报名"),
    Permission.ENROLMENT_ENDORSE: N_("核实报名意愿"),
    Permission.ENROLMENT_CONFIRM: N_("确认学员"),
    Permission.ATTENDANCE_TAKE: N_("点名考勤"),
    Permission.CLASS_INSPECT: N_("巡查培训班"),
    Permission.EXAM_RECORD: N_("登记考核成绩"),
    Permission.CERTIFICATE_ISSUE: N_("登记和吊销证书"),
    Permission.CLAIM_READ: N_("查看培训补贴"),
    Permission.CLAIM_MAKE: N_("申报培训补贴"),
    Permission.CLAIM_CHECK: N_("审核培训补贴"),
    Permission.CLAIM_PAY: N_("登记拨付"),
    Permission.HUKOU_READ: N_("查看落户"),
    Permission.HUKOU_HELP: N_("帮人准备落户"),
    Permission.HUKOU_PROVE: N_("提供落户凭据"),
    Permission.HUKOU_REVIEW: N_("办理落户"),
    Permission.HUKOU_APPROVE: N_("批准落户"),
    Permission.HUKOU_OPEN: N_("打开落户材料"),
    Permission.RULE_READ: N_("查看落户规则"),
    Permission.RULE_WRITE: N_("修改落户规则"),
    Permission.RULE_RELEASE: N_("批准落户规则"),
    Permission.COOPERATION_READ: N_("查看协作台账"),
    Permission.COOPERATION_WRITE: N_("登记协作台账"),
    Permission.COOPERATION_ACCEPT: N_("验收协作事项"),
    Permission.FUND_READ: N_("查看协作资金"),
    Permission.FUND_GRANT: N_("登记协作资金拨款"),
    Permission.FUND_WRITE: N_("安排协作资金"),
    Permission.FUND_PAY: N_("支付和验收协作资金"),
    Permission.FUND_AUDIT: N_("登记资金审计发现"),
    Permission.STATISTICS_READ: N_("查看公布的统计"),
    Permission.PERSON_OPEN: N_("说明用途后查看个人名单"),
    Permission.REPORT_READ: N_("查看报表和考核"),
    Permission.REPORT_MAKE: N_("起草和封存报表"),
    Permission.REPORT_CHECK: N_("核对对方的报表"),
    Permission.INDICATOR_WRITE: N_("修改和批准指标口径"),
    Permission.PORTAL: N_("本人页面"),
}

P = Permission
_READS = {
    P.WORKER_READ,
    P.ORDER_READ,
    P.MATCH_READ,
    P.PLACEMENT_READ,
    P.PROBLEM_READ,
    P.REFERENCE_READ,
    P.TRAINING_READ,
    P.ENROLMENT_READ,
    P.CLAIM_READ,
    P.HUKOU_READ,
    P.RULE_READ,
    P.FUND_READ,
}
_REPORTS = {P.REPORT_READ, P.REPORT_MAKE, P.REPORT_CHECK}
_COUNTY = _READS | {
    P.FUND_WRITE,
    P.FUND_PAY,
    P.WORKER_WRITE,
    P.ROSTER_SEND,
    P.WORKER_IMPORT,
    P.WORKER_EXPORT,
    P.WORKER_REVEAL,
    P.WORKER_MERGE,
    P.WORKER_ERASE,
    P.MATCH_RUN,
    P.PLACEMENT_OFFER,
    P.PLACEMENT_ANSWER,
    P.PLACEMENT_DEPART,
    P.PLACEMENT_ARRIVE,
    P.PLACEMENT_LEAVE,
    P.FOLLOWUP_RECORD,
    P.EMPLOYMENT_RECORD,
    P.PROBLEM_HANDLE,
    P.CONTACT_ASSIGN,
    P.WARNING_READ,
    P.MONTH_TELL,
    P.FIGURE_WRITE,
    P.TRAINING_CHOOSE,
    P.TRAINING_SIGN,
    P.CLASS_APPROVE,
    P.CLASS_INSPECT,
    P.ENROLMENT_ENDORSE,
    P.ENROLMENT_CONFIRM,
    P.CERTIFICATE_ISSUE,
    P.CLAIM_CHECK,
    P.CLAIM_PAY,
    P.HUKOU_HELP,
}
_COOPERATES = {P.COOPERATION_READ, P.COOPERATION_WRITE, P.COOPERATION_ACCEPT}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COUNTY: frozenset(_COUNTY | _COOPERATES),
    Role.TOWNSHIP: frozenset(
        {
            P.WORKER_READ,
            P.WORKER_WRITE,
            P.ROSTER_SEND,
            P.ORDER_READ,
            P.PLACEMENT_READ,
            P.PLACEMENT_ANSWER,
            P.FOLLOWUP_RECORD,
            P.EMPLOYMENT_RECORD,
            P.PROBLEM_READ,
            P.PROBLEM_HANDLE,
            P.ENROLMENT_READ,
            P.ENROLMENT_ENDORSE,
        }
    ),
    Role.ENTERPRISE: frozenset(
        {
            P.ORDER_READ,
            P.ORDER_WRITE,
            P.MATCH_READ,
            P.MATCH_RUN,
            P.PLACEMENT_READ,
            P.PLACEMENT_INVITE,
            P.PLACEMENT_HIRE,
            P.PLACEMENT_ARRIVE,
            P.PLACEMENT_LEAVE,
            P.EMPLOYMENT_RECORD,
            P.PROBLEM_READ,
            P.PROBLEM_ANSWER,
            P.MONTH_TELL,
            P.TRAINING_READ,
            P.TRAINING_ORDER,
            P.TRAINING_CHOOSE,
            P.TRAINING_SIGN,
            P.HUKOU_PROVE,
        }
    ),
    Role.SCHOOL: frozenset(
        {
            P.ORDER_READ,
            P.TRAINING_READ,
            P.TRAINING_BID,
            P.TRAINING_SIGN,
            P.CLASS_WRITE,
            P.ENROLMENT_READ,
            P.ATTENDANCE_TAKE,
            P.EXAM_RECORD,
            P.CLAIM_READ,
            P.CLAIM_MAKE,
        }
    ),
    Role.TEACHER: frozenset({P.ATTENDANCE_TAKE}),
    Role.CITY: frozenset(
        {
            P.ORDER_READ,
            P.ORDER_REVIEW,
            P.PLACEMENT_READ,
            P.PLACEMENT_ARRIVE,
            P.PLACEMENT_LEAVE,
            P.FOLLOWUP_RECORD,
            P.EMPLOYMENT_RECORD,
            P.FOLLOWUP_VERIFY,
            P.PROBLEM_READ,
            P.PROBLEM_HANDLE,
            P.CONTACT_ASSIGN,
            P.WARNING_READ,
            P.MONTH_TELL,
            P.FIGURE_WRITE,
            P.REFERENCE_READ,
            P.TRAINING_READ,
            P.TRAINING_SIGN,
            P.CLASS_INSPECT,
            P.CLAIM_READ,
            P.HUKOU_READ,
            P.RULE_READ,
            *_REPORTS,
            *_COOPERATES,
            P.FUND_READ,
            P.FUND_GRANT,
        }
    ),
    Role.REGISTRATION: frozenset(
        {P.PLACEMENT_READ, P.HUKOU_READ, P.HUKOU_REVIEW, P.HUKOU_APPROVE, P.HUKOU_OPEN, P.RULE_READ}
    ),
    Role.PREFECTURE: frozenset(_READS | _REPORTS | _COOPERATES | {P.STATISTICS_READ, P.PERSON_OPEN}),
    Role.PROVINCE: frozenset(
        _READS | _REPORTS | _COOPERATES | {P.STATISTICS_READ, P.PERSON_OPEN, P.CARD_READ, P.INDICATOR_WRITE}
    ),
    Role.AUDITOR: frozenset(
        _READS
        | {P.STATISTICS_READ, P.PERSON_OPEN, P.AUDIT_READ, P.AUDIT_PERSON, P.CARD_READ}
        | {P.REPORT_READ, P.COOPERATION_READ, P.FUND_AUDIT}
    ),
    Role.ADMIN: frozenset(
        {
            P.USER_ADMIN,
            P.REFERENCE_READ,
            P.REFERENCE_WRITE,
            P.AUDIT_READ,
            P.CARD_READ,
            P.CARD_SWITCH,
            P.RULE_READ,
            P.RULE_WRITE,
            P.RULE_RELEASE,
        }
    ),
    Role.WORKER: frozenset({P.PORTAL}),
}

# Whoever holds PERSON_OPEN looks at figures; these come with a stated purpose, for a while (PersonOpening).
OF_PERSONS = frozenset(
    {
        P.WORKER_READ,
        P.MATCH_READ,
        P.PLACEMENT_READ,
        P.PROBLEM_READ,
        P.ENROLMENT_READ,
        P.CLAIM_READ,
        P.HUKOU_READ,
        P.AUDIT_PERSON,
    }
)
