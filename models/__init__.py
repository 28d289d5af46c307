"""Tables and domain rules of the platform. Knows no web.

Importing this package registers every table in ``models.base.Base.metadata``.
"""

from models import (  # noqa: F401
    access,
    account_request,
    audit,
    background_job,
    bulk_act,
    bulk_upload,
    care,
    fact_dates,
    form_receipt,
    lists,
    match_run,
    scorecard,
    user,
    watched_act,
)
from models.api import receipt, token, webhook  # noqa: F401
from models.cooperation import (  # noqa: F401
    entry,
    entry_person,
    fund,
    fund_finding,
    fund_payment,
    fund_rule,
    subsidy_recovery,
    treasury,
    work_subsidy,
)
from models.employment import difference, duty, newcomer, newcomer_batch, roster, spell, spell_batch  # noqa: F401
from models.hukou import case, evaluation, fact, points_list, rule  # noqa: F401
from models.jobs import order  # noqa: F401
from models.messages import contact_choice, message, text_message, wording  # noqa: F401
from models.people import (  # noqa: F401
    arrival,
    calling,
    category,
    consent,
    household,
    intake,
    name_index,
    own_word,
    preference,
    retention,
    worker,
    worker_account,
    worker_change,
)
from models.placement import (  # noqa: F401
    acknowledgement,
    departure,
    evidence_paper,
    follow_up,
    interview,
    placement,
    spring_return,
)
from models.problems import contact, first_call, problem, problem_file, staying, warning  # noqa: F401
from models.reference import (  # noqa: F401
    area,
    county_office,
    dated_fact,
    deadline,
    local_day,
    occupation_word,
    organisation,
    target_category,
    wish_word,
)
from models.reports import indicator, kept_figure, report, told_figure  # noqa: F401
from models.summary import figure  # noqa: F401
from models.training import (  # noqa: F401
    agreement,
    certificate,
    claim_paper,
    enrolment,
    lesson,
    recovery,
    reserved_places,
    standard,
    standard_decision,
    subsidy,
    supplement,
    training_class,
    training_order,
)
