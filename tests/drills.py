"""What a run of the suite leaves to a make target of its own: slow stories, attacks, processes (0025).

Nothing here is less true than the rest; each takes seconds, and what it holds is held in short by tests that
stay. ``make test-NAME`` runs a drill, ``make test-whole`` the suite with all of them; a file or a test that
is named on the command line runs whatever it is. The summary of a run says how many it left out.
"""

import os
from collections import Counter

import pytest
from xdist.workermanage import WorkerController

from tests.reruns import tell_first_tries
from tests.whole import is_whole

# A drill -> where the names of its tests begin.
DRILLS: dict[str, tuple[str, ...]] = {
    # Stories in a browser besides a county's morning, the worker's telephone and each role's first pages.
    "browser": (
        "tests/stories/test_browser.py::test_five_people",
        "tests/stories/test_cooperation_story.py",
        "tests/stories/test_hukou_browser.py",
        "tests/stories/test_keyboard_day.py",
        "tests/stories/test_lists_browser.py",
        "tests/stories/test_monthly_roster.py",
        "tests/stories/test_second_try.py",
        "tests/stories/test_slow_line.py",
        "tests/stories/test_teachers_phone.py",
        "tests/stories/test_training_browser.py",
    ),
    # Every form, route, list or file there is, tried; the suite keeps a role or a share of each.
    "attacks": (
        "tests/app/accounts/test_openings.py::test_no_page_of_a_supervisor_names_anybody_before_a_purpose_is_stated[pr",
        *(
            f"tests/app/test_mass_assignment.py::test_no_route_writes_a_column_that_no_form_lists[{role}]"
            for role in (
                "auditor",
                "city",
                "prefecture",
                "province",
                "registration",
                "school",
                "teacher",
                "township",
            )
        ),
        "tests/app/kit/files/test_document_sanitizer.py::test_a_paper_built_to_take_long",
        "tests/app/kit/files/test_spreadsheet.py::test_every_shared_workbook",
        "tests/app/kit/files/test_voice_sanitizer.py::test_what_is_too_long_is_not_cut_in_silence",
        *(
            f"tests/app/lists/test_every_list.py::test_a_list_has_all_that_lists_have[{name}.index]"
            for name in ("hukou", "placements", "spells", "training_classes")
        ),
        "tests/app/lists/test_every_list.py::test_a_list_has_all_that_lists_have[placements.follow_ups]",
        "tests/app/test_refusals.py",
        "tests/models/posting_law/test_robust.py::test_eight_times_the_text",
        "tests/trust/test_api_document.py::test_whatever_is_sent_is_answered_as_the_document_says",
        "tests/trust/test_asking_often.py::test_200_adaptive_questions",
        "tests/trust/test_hostile_files.py",
        "tests/trust/test_hostile_strings.py::test_no_field_of_a_form_breaks_its_page[admin]",
        "tests/trust/test_hostile_strings.py::test_no_field_of_a_form_breaks_its_page[city]",
        "tests/trust/test_hostile_strings.py::test_no_field_of_a_form_breaks_its_page[county]",
        "tests/trust/test_hostile_strings.py::test_no_field_of_a_form_breaks_its_page[enterprise]",
        "tests/trust/test_hostile_strings.py::test_no_query_breaks_a_page",
        "tests/trust/test_hostile_strings.py::test_no_route_breaks_on_what_it_is_sent",
        "tests/trust/test_json_routes.py::test_what_answers_scripts_answers_whatever_is_sent[GET",
        "tests/trust/test_keys.py::test_no_list_moves_with_a_foreign_row",
        *(
            f"tests/trust/test_new_rooms_attacked.py::test_no_address_of_the_new_rooms_tells_another_who_is_there[{role}]"
            for role in ("city", "enterprise", "school", "worker")
        ),
        "tests/trust/test_patterns.py::test_no_expression_of_ours",
        "tests/trust/test_replay.py::test_every_form_sent_twice_has_one_effect[admin]",
        "tests/trust/test_replay.py::test_every_form_sent_twice_has_one_effect[city]",
        "tests/trust/test_replay.py::test_every_form_sent_twice_has_one_effect[county]",
        "tests/trust/test_replay.py::test_every_form_sent_twice_has_one_effect[enterprise]",
        "tests/trust/test_replay.py::test_every_form_sent_twice_has_one_effect[township]",
        "tests/trust/test_requests.py::test_no_form_is_taken_without_its_token",
    ),
    # What starts other processes, servers, clusters, clones.
    "processes": (
        "tests/app/commands/test_backup.py::test_on_postgresql_too",
        "tests/app/commands/test_doctor.py::test_where_the_platform_may_not_start",
        "tests/app/commands/test_doctor.py::test_on_postgresql",
        "tests/app/commands/test_doctor.py::test_a_wall_that_is_down",
        "tests/app/commands/test_going_live.py::test_two_that_migrate_at_once",
        "tests/app/commands/test_resealing.py::test_sealing_again_waits_for_nobody",
        "tests/app/commands/test_serve.py::test_a_platform_that_is_watched",
        "tests/app/commands/test_serve.py::test_web_server_and_worker_part",
        "tests/app/kit/web/test_claims.py::test_the_job_of_a_killed_worker_goes_on_at_once[postgresql]",
        "tests/app/test_start.py::test_what_a_start_writes",
        "tests/house/test_clone.py",
        "tests/house/test_contributing.py::test_the_worked_example",
        "tests/house/test_migrations.py::test_migrations_equal_the_metadata_and_go_down_again[postgresql]",
        "tests/house/test_migrations.py::test_a_database_older_than_the_definitions_has_them_after_its_upgrade[postgresql]",
        "tests/matching/test_cluster.py",
        "tests/matching/test_cluster_tls.py::test_over_tls_the_same_bytes",
        "tests/matching/test_library.py::test_the_folder_installs_by_itself",
    ),
    # Years and provinces played through, and stories told on the second database.
    "simulations": (
        "tests/app/commands/demo/",
        "tests/app/employment/test_simulated_year.py",
        "tests/benchmarks/test_simulation.py",
        "tests/house/test_migration_order.py::test_the_migrations_of_before",
        "tests/matching/test_groups.py::test_hundreds_of_families",
        "tests/matching/test_assignment.py::test_the_province_gets_the_proven_optimum[1]",
        "tests/matching/test_assignment.py::test_the_province_gets_the_proven_optimum[2]",
        "tests/matching/test_assignment.py::test_groups_of_several_sizes_stay_between_a_feasible_value_and_the_bound[0-25000]",
        "tests/matching/test_normaliser.py::test_titles_held_back_are_found_as_often_as_promised",
        "tests/matching/test_title_model.py::test_the_model_that_ships",
        "tests/models/test_sequences.py::test_the_demo_leaves",
        "tests/stories/test_hukou.py::test_from_the_night_that_finds_somebody_to_the_third_visit[postgresql]",
        "tests/stories/test_training.py::test_from_a_need_to_work_and_to_the_paid_subsidy[postgresql]",
    ),
}
# Tests of the suite that look at a share there, and at more in a drill.
MORE: dict[str, tuple[str, ...]] = {
    "attacks": (
        "tests/app/test_matrix.py::test_no_page_shows_anothers_people_or_a_code",
        "tests/app/workers/intake/test_merging.py::test_a_merge_moves_every_row_that_points_at_the_person",
        "tests/app/workers/intake/test_undo.py::test_an_act_of_a_person_keeps_somebody",
        "tests/trust/test_hostile_strings.py::test_what_lies_in_the_database_is_shown_as_text",
        "tests/trust/test_requests.py::test_no_page_that_is_read_changes_the_database",
        "tests/trust/test_state_machines.py::test_no_walk_leaves_the_table",
    ),
    "browser": ("tests/stories/test_every_page.py", "tests/stories/test_search_box.py"),
    "simulations": ("tests/stories/test_training.py",),
}


def drill_of(nodeid: str) -> str:
    """The drill that a test belongs to; "" for one of the suite."""
    return next((drill for drill, starts in DRILLS.items() if nodeid.startswith(starts)), "")


def is_asked(nodeid: str, drill: str, named: tuple[str, ...]) -> bool:
    """Whether a test runs: in the drill that is asked for, or of the suite, or named on the command line."""
    if named:
        return nodeid.startswith(named) or not drill_of(nodeid)
    return nodeid.startswith(DRILLS[drill] + MORE.get(drill, ())) if drill else not drill_of(nodeid)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the drills to their targets (``DRILL=name``), but what is named and where all is wanted."""
    drill = os.environ.get("DRILL", "")
    if is_whole() and not drill:
        return
    named = tuple(arg for arg in config.args if ".py" in arg)
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        (kept if is_asked(item.nodeid, drill, named) else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)
    config.stash[LEFT] = Counter(
        drill_of(item.nodeid) for item in left if drill_of(item.nodeid) and not drill
    )
    if hasattr(config, "workeroutput"):
        config.workeroutput["left"] = dict(config.stash[LEFT])


LEFT = pytest.StashKey[Counter[str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """What a process of the suite left out, it left out in all of them."""
    node.config.stash[LEFT] = Counter(getattr(node, "workeroutput", {}).get("left", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say aloud what was not run, and why what ran twice did."""
    tell_first_tries(terminalreporter)
    if left := config.stash.get(LEFT, Counter[str]()):
        told = ", ".join(f"make test-{drill} ({left[drill]})" for drill in DRILLS if left[drill])
        terminalreporter.write_line(f"{left.total()} tests are drills and were left out: {told}")
