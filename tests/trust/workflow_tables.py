"""The workflows as tables, written by hand and never made from the code.

Columns: state, event, next state, roles that may, and what else must hold ("reason": one must be given).
The four of training stand in tests/models/test_training_workflows.py.
"""

ORDER = """
draft      submit   submitted  enterprise  ready
returned   submit   submitted  enterprise  ready
submitted  recall   draft      enterprise  -
submitted  approve  open       city        other
submitted  return   returned   city        other,reason
submitted  reject   rejected   city        other,reason
open       close    closed     enterprise  reason
open       suspend  returned   city        reason
"""
RECOVERY = """
open       return   returned   county      -
open       waive    waived     county      reason
open       cancel   cancelled  county      -
"""
PAYMENT = """
proposed   pay      paid       county      -
proposed   refuse   refused    county      reason
paid       accept   accepted   county      -
paid       reverse  reversed   county      reason
"""
FINDING = """
open       rectify  rectified  county      reason
rectified  close    closed     auditor     -
rectified  reopen   open       auditor     reason
"""
PLACEMENT = """
invited    pass_on     offered      county                  open
invited    uninvite    withdrawn    enterprise              -
offered    accept      accepted     county,township         open
offered    accept_own  accepted     worker                  open
offered    decline     declined     county,township         -
accepted   decline     declined     county,township         -
interview  decline     declined     county,township         -
offered    decline_own declined     worker                  -
accepted   decline_own declined     worker                  -
interview  decline_own declined     worker                  -
invited    withdraw    withdrawn    county                  reason
offered    withdraw    withdrawn    county                  reason
invited    expire      expired      county                  -
offered    expire      expired      county                  -
accepted   interview   interview    enterprise              consent
interview  change_interview interview enterprise            consent
interview  cancel_interview accepted enterprise             reason
accepted   hire        hired        enterprise              consent
interview  hire        hired        enterprise              consent
accepted   not_hire    not_hired    enterprise              reason
interview  not_hire    not_hired    enterprise              reason
invited    supersede   withdrawn    enterprise              -
offered    supersede   withdrawn    enterprise              -
accepted   supersede   withdrawn    enterprise              -
interview  supersede   withdrawn    enterprise              -
hired      depart      departed     county                  -
hired      arrive      on_site      county,enterprise,city  -
departed   arrive      on_site      county,enterprise,city  -
hired      miss        not_arrived  county,enterprise,city  reason
departed   miss        not_arrived  county,enterprise,city  reason
on_site    leave       left         county,enterprise,city  reason
stayed     leave       left         county,enterprise,city  reason
on_site    found_left  left         county,township,city    reason
stayed     found_left  left         county,township,city    reason
on_site    stay        stayed       county,township,city    -
accepted   undo_answer offered      county,township         reason
declined   undo_answer offered      county,township         reason
hired      undo_hire   accepted     enterprise              reason
not_hired  undo_not_hire accepted   enterprise              reason
departed   undo_depart hired        county                  reason
on_site    undo_arrive departed     county,enterprise,city  reason
not_arrived undo_miss  departed     county,enterprise,city  reason
left       undo_leave  on_site      county,enterprise,city  reason
left       found_there on_site      county,township,city    reason
stayed     undo_stay   on_site      county,township,city    reason
"""
IMPORT = """
reading    ask        mapping    county,township  -
mapping    read       reading    county,township  -
previewed  read       reading    county,township  -
submitted  read       reading    county,township  -
reading    preview    previewed  county,township  -
reading    wait       submitted  county,township  -
reading    fail       failed     county,township  -
previewed  submit     submitted  county,township  theirs
submitted  recall     previewed  county,township  theirs
submitted  hand_back  previewed  county           reason
previewed  confirm    confirmed  county           own
submitted  confirm    confirmed  county           own|other
reading    cancel     cancelled  county,township  -
mapping    cancel     cancelled  county,township  -
previewed  cancel     cancelled  county,township  -
confirmed  undo       undone     county           reason
"""
PROBLEM = """
open       take          working    county,township,city  -
open       answer        answered   county,township,city  reason
working    answer        answered   county,township,city  reason
answered   go_on         working    county,township,city  reason
answered   go_on_own     working    worker                -
open       solve         solved     county,township,city  said
working    solve         solved     county,township,city  said
answered   solve         solved     county,township,city  said
open       solve_own     solved     worker                -
working    solve_own     solved     worker                -
answered   solve_own     solved     worker                -
open       withdraw      withdrawn  county,township,city  said
working    withdraw      withdrawn  county,township,city  said
answered   withdraw      withdrawn  county,township,city  said
open       withdraw_own  withdrawn  worker                -
working    withdraw_own  withdrawn  worker                -
answered   withdraw_own  withdrawn  worker                -
open       give_up       unreached  county,township,city  tried,reason
working    give_up       unreached  county,township,city  tried,reason
answered   give_up       unreached  county,township,city  tried,reason
solved     reopen        working    county,township,city  reason
withdrawn  reopen        working    county,township,city  reason
unreached  reopen        working    county,township,city  reason
solved     reopen_own    working    worker                -
withdrawn  reopen_own    working    worker                -
unreached  reopen_own    working    worker                -
"""
WORKER = """
pool    close   closed  county,township  reason
closed  reopen  pool    county,township  kept
"""
ENTRY = """
entry_planned    begin_entry   entry_under_way  county,city,prefecture,province  -
entry_planned    finish_entry  entry_done       county,city,prefecture,province  -
entry_under_way  finish_entry  entry_done       county,city,prefecture,province  -
entry_done       accept_entry  entry_accepted   county,city,prefecture,province  other
entry_done       redo_entry    entry_under_way  county,city,prefecture,province  other,reason
entry_planned    cancel_entry  entry_cancelled  county,city,prefecture,province  reason
entry_under_way  cancel_entry  entry_cancelled  county,city,prefecture,province  reason
entry_cancelled  reopen_entry  entry_planned    county,city,prefecture,province  reason
"""
REPORT = """
draft      submit  submitted  city,prefecture,province  own,ready
submitted  recall  draft      city,prefecture,province  own
checked    recall  draft      city,prefecture,province  own
submitted  check   checked    city,prefecture,province  theirs,other
submitted  return  draft      city,prefecture,province  theirs,other,reason
checked    freeze  frozen     city,prefecture,province  -
"""
INDICATOR = """
draft     propose    proposed  province  ready
proposed  return     draft     province  other,reason
proposed  release    live      province  other
live      supersede  retired   province  -
draft     discard    retired   province  reason
proposed  discard    retired   province  reason
"""
STANDARD = """
draft     propose    proposed  admin  ready
proposed  return     draft     admin  other,reason
proposed  release    live      admin  other
live      supersede  retired   admin  -
draft     discard    retired   admin  reason
proposed  discard    retired   admin  reason
"""
WORDING = """
draft     propose    proposed  admin  ready
proposed  return     draft     admin  other,reason
proposed  release    live      admin  other
live      supersede  retired   admin  -
draft     discard    retired   admin  reason
proposed  discard    retired   admin  reason
live      discard    retired   admin  reason
"""
RULE = """
draft     propose    proposed  admin  ready
proposed  return     draft     admin  other,reason
proposed  release    live      admin  other
live      supersede  retired   admin  -
live      retire     retired   admin  reason
"""
SUBSIDY_RULE = """
uncompared  compare   compared  county  other
uncompared  end_rule  ended     county  reason
compared    end_rule  ended     county  reason
"""
SUBSIDY_LIST = """
listed  pay_list     list_paid     county  other
listed  refuse_list  list_refused  county  reason
"""
SUBSIDY_RECOVERY = """
to_recover  return  recovered           county  -
to_recover  waive   recovery_waived     county  reason
to_recover  cancel  recovery_cancelled  county  -
"""
DUTY = """
city_to_verify    verify_employed      employed          city             -
city_to_verify    refuse_employed      county_to_verify  city             reason
county_to_verify  verify_not_employed  not_employed      county,township  -
county_to_verify  refuse_not_employed  city_to_verify    county,township  reason
city_to_verify    lapse                lapsed            county,township  -
county_to_verify  lapse                lapsed            county,township  -
"""
NEWCOMER = """
waiting  take_over  taken_over   county,township                  ready
waiting  turn_away  turned_away  county,township                  reason
waiting  take_back  taken_back   county,township,enterprise,city  -
"""
OWN_WORD = """
open  settle  settled  county,township  -
open  refuse  refused  county,township  reason
"""
SUPPLEMENT = """
signing  take_force  in_force   enterprise,school,county,city  ready
signing  cancel      cancelled  enterprise,school,county,city  reason
"""
REQUEST = """
waiting  confirm   confirmed  admin  theirs
waiting  refuse    refused    admin  reason
waiting  withdraw  withdrawn  admin  own
waiting  expire    expired    admin  -
"""
SCORECARD = """
learning  judge       judged  admin  -
judged    switch_on   active  admin  ready,other,reason
off       switch_on   active  admin  ready,other,reason
active    switch_off  off     admin  reason
active    give_way    off     admin  -
"""
CASE = """
prescreen   apply         applied     county        ready
prescreen   apply_own     applied     worker        ready
applied     accept        accepted    registration  -
accepted    review        reviewing   registration  -
applied     ask_more      supplement  registration  reason
reviewing   ask_more      supplement  registration  reason
supplement  supply        reviewing   county        -
supplement  supply_own    reviewing   worker        -
reviewing   list          listed      registration  own
reviewing   approve       approved    registration  theirs
listed      approve       approved    registration  -
applied     reject        rejected    registration  reason
accepted    reject        rejected    registration  reason
reviewing   reject        rejected    registration  reason
supplement  reject        rejected    registration  reason
listed      reject        rejected    registration  reason
approved    permit        permitted   registration  ready
permitted   move_out      moved_out   county        -
permitted   settle        settled     registration  -
moved_out   settle        settled     registration  -
prescreen   withdraw      withdrawn   county        reason
applied     withdraw      withdrawn   county        reason
accepted    withdraw      withdrawn   county        reason
supplement  withdraw      withdrawn   county        reason
reviewing   withdraw      withdrawn   county        reason
listed      withdraw      withdrawn   county        reason
approved    withdraw      withdrawn   county        reason
prescreen   withdraw_own  withdrawn   worker        -
applied     withdraw_own  withdrawn   worker        -
accepted    withdraw_own  withdrawn   worker        -
supplement  withdraw_own  withdrawn   worker        -
reviewing   withdraw_own  withdrawn   worker        -
listed      withdraw_own  withdrawn   worker        -
approved    withdraw_own  withdrawn   worker        -
"""
