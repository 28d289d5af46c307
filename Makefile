# 携手 (Xieshou). `make run` and `make test` set up everything they need.
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
WORKERS ?= 6000
ORDERS ?= 300
SEED ?= 2016
UV := $(shell command -v uv)
CATALOGUE := app/translations/en/LC_MESSAGES/messages
# Compiled while packages come: the first start would do it alone.
OURS := app models matching config.py wsgi.py

# Where Python is told to keep no compiled files, each of the suite's hundred processes compiles the project again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
# No target of ours is a file but those with a dot or a dollar in their names.
.PHONY: $(shell grep -oE '^[a-z-]+:' $(firstword $(MAKEFILE_LIST)) | tr -d :)

##@ Every day
help: ## list every target
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-22s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup catalogues ## set up, load demo data once, serve; prints the address and the demo accounts
	@PORT=$(PORT) $(PY) -m flask --app wsgi serve --demo $(WORKERS) $(ORDERS) $(SEED)

test: setup-dev catalogues ## set up and run the test suite; the drills below are left to their targets
	@$(PY) -m pytest -n 2 --dist loadgroup -q

test-whole: setup-dev catalogues ## the suite with all drills and every share made whole: each page of each role, each field of each form (an hour)
	@SUITE=whole $(PY) -m pytest -n 2 --dist loadgroup -q

test-browser: setup-dev catalogues ## the other stories in a browser, and every view of every role (ten minutes)
	@DRILL=browser $(PY) -m pytest -n 2 --dist loadgroup -q

test-attacks: setup-dev catalogues ## every form, route and file attacked that the suite tries a share of
	@DRILL=attacks $(PY) -m pytest -n 2 --dist loadgroup -q

test-processes: setup-dev catalogues ## servers, job workers, clusters, clones and installations as processes of their own
	@DRILL=processes $(PY) -m pytest -n 2 --dist loadgroup -q

test-simulations: setup-dev catalogues ## demos and years played through, provinces solved, stories on the second database
	@DRILL=simulations $(PY) -m pytest -n 2 --dist loadgroup -q

test-postgresql: setup-dev catalogues ## every test of rooms, models and trust on PostgreSQL behind its row security, but those about SQLite itself
	@DATABASE=postgresql $(PY) -m pytest -n 2 --dist loadgroup -q tests/app tests/models tests/trust

lint: setup-dev ## style, types, layers, security, secrets in the source, known faults of packages
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/bandit -q -ll -r app models matching config.py wsgi.py -c pyproject.toml
	@$(PY) -m tests.house.secret_scan
	@$(PY) -m tests.house.known_faults

coverage: setup-dev catalogues ## run the suite and show which lines no test reaches (htmlcov/index.html)
	@rm -f .coverage .coverage.*
	@COVERAGE_CORE=sysmon .venv/bin/coverage run -m pytest -n 2 --dist loadgroup -q && .venv/bin/coverage combine -q
	@.venv/bin/coverage html -q && .venv/bin/coverage report --skip-covered --sort cover | tail -n 40

graph: setup-dev ## draw the house from its imports: rooms, floors, arrows, circles (WRITE=1: into docs/architecture.md too)
	@$(PY) -m tests.house.graph $(if $(WRITE),--write)

hooks: setup-dev ## let git run the quick checks before each commit
	@.venv/bin/pre-commit install

messages: setup-dev ## collect the Chinese sentences into the English catalogue; the new ones wait for their English
	@template=$$(mktemp) && trap 'rm -f '$$template EXIT && \
	.venv/bin/pybabel -q extract -F babel.cfg -k N_ -k Sentence -k _l -k lazy_gettext -k counted:2,2 --no-location --no-wrap --sort-output -o $$template . && \
	.venv/bin/pybabel -q update -l en -i $$template -o $(CATALOGUE).po --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

styles: setup-dev ## take out of Bootstrap what our pages use, into app/static/css/bootstrap.css
	@$(PY) -m tests.house.light_styles

fresh-tables: setup-dev ## after a new migration: write down what all of them leave behind, for an empty SQLite file (migrations/fresh.sql)
	@$(PY) -m tests.house.fresh_tables

screenshots: setup-dev catalogues ## photograph every role's first page and the key pages into docs/screenshots (needs Chromium)
	@$(PY) -m tests.stories.screenshots

readable: setup-dev catalogues ## look at every page of every role in both languages and themes: axe, 200 %, phone (ROLES=county LANGUAGES=en; an hour)
	@$(PY) -m tests.stories.readable "$(ROLES)" "$(LANGUAGES)"

##@ Setting up
setup: .venv/.run ## what the application needs to run

setup-cluster: .venv/.cluster ## what a host needs besides that matches on a dask cluster

setup-dev: .venv/.dev ## what tests and checks need besides

catalogues: setup $(CATALOGUE).mo ## compile the English catalogue

database: setup ## create or upgrade the tables and load the reference facts
	@$(PY) -m flask --app wsgi migrate >/dev/null
	@$(PY) -m flask --app wsgi load-reference >/dev/null
	@$(PY) -m flask --app wsgi key-names >/dev/null

demo: database ## load the demo data, once
	@$(PY) -m flask --app wsgi seed-demo --workers $(WORKERS) --orders $(ORDERS) --seed $(SEED) --once

keys: setup ## write a fresh keys file for production to keys.json
	@$(PY) -m flask --app wsgi new-keys keys.json

audit-key: setup ## draw another key for the audit into KEYS (a keys file); the older ones stay
	@$(PY) -c "import sys, pathlib, config; config.add_audit_key(pathlib.Path(sys.argv[1]))" $(or $(KEYS),keys.json)

lock: ## pin the newest versions that satisfy requirements*.in (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-cluster.in -o requirements-cluster.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-mutation.in -o requirements-mutation.txt

clean: ## remove what was built (keeps the data in instance/)
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis

##@ Measuring (figures go to docs/benchmarks.md)
bench: setup-dev ## measure the engine at 10,000 x 200 and 100,000 x 2,000 beside what one would write without it
	@$(PY) -m benchmarks.engine --size XS
	@$(PY) -m benchmarks.engine --size S

bench-large: setup-dev ## measure the engine at a million workers x 20,000 orders
	@$(PY) -m benchmarks.engine --size L

bench-titles: setup-dev ## how many titles of a CSV `title,first,second` find their occupation, and how far its two readers agree (FILE=)
	@$(PY) -m benchmarks.titles $(or $(FILE),tests/matching/titles_field.csv)

bench-title-folds: setup-dev ## titles that a model has not seen: five folds of its postings, and of a CSV `job_name,expected_code` (FILE=)
	@$(PY) -m benchmarks.title_folds $(FILE)

title-model: setup-dev ## fit the model of titles that ships with the vocabulary, after a change of its words (half a minute)
	@$(PY) -m benchmarks.teach_titles

bench-dask: setup-dev ## measure what several processes cost over threads, at a million workers x 20,000 orders
	@$(PY) -m benchmarks.cluster

bench-candidates: setup-dev ## an order's candidates out of a million people, over HTTP, and the index rebuilt (half an hour, 3 GB)
	@$(PY) -m benchmarks.candidates

bench-import: setup-dev ## preview and import 100,000 rows of 25 columns, twice
	@$(PY) -m benchmarks.import_100k

bench-settlement: setup-dev ## 1,000 people by all 17 hukou routes, and a night in which a million are asked again (3 GB)
	@$(PY) -m benchmarks.hukou

bench-law: setup-dev ## what the legal check finds in phrasings it was not made for, and its time a posting
	@$(PY) -m benchmarks.posting_law

bench-lists: setup-dev ## the register's pages over a million people, over HTTP (a quarter of an hour, 3 GB)
	@$(PY) -m benchmarks.lists

load: setup-dev catalogues ## a million people, every page of every role timed; fails over its bounds (PEOPLE=, ROLES=, FOLDER=, DATABASE_URL=, JUDGE=processor; the folder is kept)
	@$(PY) -m benchmarks.load $(or $(FOLDER),instance/load) "$(PEOPLE)" "$(ROLES)"

load-users: setup-dev catalogues ## 200 people of all roles at once on what `make load` built, then beside an import and a matching run (USERS=, SECONDS=, ROWS=, DATABASE_URL=)
	@$(PY) -m benchmarks.load.pressure $(or $(FOLDER),instance/load) $(or $(USERS),200) $(or $(SECONDS),300) $(or $(ROWS),100000)

load-cost: setup-dev catalogues ## what a request of those 200 people costs of the processor, page by page, on what `make load` built (FOLDER=, DATABASE_URL=)
	@$(PY) -m benchmarks.load.cost $(or $(FOLDER),instance/load)

weights: setup-dev catalogues ## what each role's pages weigh on the wire; fails over its bounds
	@$(PY) -m benchmarks.weights

slow-line: setup-dev catalogues ## a clerk at 100 kbit/s and 400 ms finds, answers, offers: by the clock too, under 20 s (needs Chromium)
	@SLOW_LINE=clock $(PY) -m pytest -q -s tests/stories/test_slow_line.py

bench-employment: setup-dev ## 300,000 people at work, a roster of 5,000, 30,000 text messages, the pages (an hour; DATABASE_URL=postgres)
	@$(PY) -m benchmarks.employment

##@ Breaking on purpose (figures go to docs/trust.md)
drill: setup-dev .venv/.mutation catalogues ## all drills on both databases, the table into docs/trust.md; goes on where it was (FRESH=1, SMALL=1, ONLY=oversell)
	@$(PY) -m drills.all $(if $(FRESH),--fresh) $(if $(SMALL),--small) $(if $(ONLY),--only $(ONLY))

drill-training: setup-dev catalogues ## a class of 50 over 20 days through the browser, from the order to paid (STORY_DATABASE=postgres)
	@STORY_LEARNERS=50 STORY_DAYS=20 $(PY) -m pytest -q tests/stories/test_training_browser.py

drill-oversell: setup-dev ## 1,000 hires at once on 10 places, over HTTP (drills: on PostgreSQL with DATABASE_URL=postgres)
	@$(PY) -m drills.oversell

simulate-learning: setup-dev ## seven truths about why people stay, five provinces each: what assigning all at once is worth (WORKERS=10000 ORDERS=200)
	@$(PY) -m benchmarks.simulation --truths --workers $(or $(WORKERS),10000) --orders $(or $(ORDERS),200) --seed 1 --repeats 5

simulate-year: setup-dev catalogues ## a year of 20,000 workers through the real operations, both ends held against the truth (WORKERS=2000 MONTHS=6 SEED=1)
	@$(PY) -m drills.simulated_year --workers $(if $(filter command\ line,$(origin WORKERS)),$(WORKERS),20000) --months $(or $(MONTHS),12) --seed $(if $(filter command\ line,$(origin SEED)),$(SEED),1)

drill-funds: setup-dev ## a million random steps of the cooperation's money: no fen of drift (OPERATIONS=1000000)
	@OPERATIONS=$(or $(OPERATIONS),1000000) $(PY) -m drills.fund_books

drill-quota: setup-dev ## 200 approvals at once on the last place of a hukou quota
	@$(PY) -m drills.quota

drill-settling: setup-dev ## five people settle one person in a browser, on both databases
	@STORIES=both $(PY) -m pytest tests/stories/test_hukou_browser.py -q

drill-double-claim: setup-dev ## 500 people claimed by two counties at once
	@$(PY) -m drills.double_claim

drill-double-payment: setup-dev ## 100 workers, each claimed for by two schools at once: one payment each
	@$(PY) -m drills.double_payment

drill-kill-import: setup-dev ## kill imports at 50 random moments (100 on both databases), 12 of them of 50,000 rows
	@$(PY) -m drills.kill_import

drill-killed-worker: setup-dev catalogues ## kill the job worker, its supervisor, a whole machine, while a roster is read
	@$(PY) -m drills.killed_worker

drill-kill-acts: setup-dev catalogues ## kill a matching run and a list of people for a class, at 50 random moments each
	@$(PY) -m drills.kill_acts

drill-faults: setup-dev catalogues ## disk full, lock held, database read-only or crashing, processes killed, while clerks work
	@$(PY) -m drills.faults

drill-replay: setup-dev ## send each form 20 times at the same moment
	@$(PY) -m drills.replay

drill-every-form: setup-dev catalogues ## every form on every role's pages sent 20 times at once: as if sent once
	@$(PY) -m drills.every_form

drill-restore: setup-dev ## back up while people work, restore on an empty machine, find every row and number again
	@$(PY) -m drills.restore

drill-production: setup-dev ## follow docs/operations.md word by word: `make run` (PostgreSQL: to a restored, healthy installation)
	@$(PY) -m drills.production

drill-upgrade: setup-dev catalogues ## the last version with data upgraded while people work, and back again (FROM=COMMIT; DATABASE_URL=postgres)
	@FROM=$(FROM) $(PY) -m drills.upgrade

drill-mutation: setup-dev .venv/.mutation catalogues ## change the rules of access, workflow, money, masking, second person; count what the tests notice
	@$(PY) -m drills.mutation

drill-rotation: setup-dev ## two new sealing keys while people read and a roster is imported
	@$(PY) -m drills.rotation

drill-strings: setup-dev ## twenty times the suite's share of hostile texts, in every field, route and address
	@HOSTILE=whole $(PY) -m pytest tests/trust/test_hostile_strings.py tests/trust/test_json_routes.py -q

drill-files: setup-dev ## 500 hostile files uploaded
	@HOSTILE=whole $(PY) -m pytest tests/trust/test_hostile_files.py tests/app/kit/files/test_spreadsheet.py -q -s

# --- how the setting up is done -------------------------------------------------------------

.venv/bin/python:
	@if [ -n "$(UV)" ]; then $(UV) venv -q --python "$$(command -v python3)" .venv; \
	else python3 -m venv .venv 2>/dev/null || { rm -rf .venv; python3 -m venv --without-pip .venv; }; fi

.venv/.run: requirements.txt | .venv/bin/python
	@echo "Installing what the application needs ..."
	@$(PY) -m compileall -q $(OURS) & $(call install,requirements.txt); done=$$?; wait; exit $$done
	@touch $@

.venv/.cluster: requirements-cluster.txt | .venv/.run
	@$(call install,requirements-cluster.txt)
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what tests and checks need ..."
	@$(call install,requirements-dev.txt)
	@touch $@ .venv/.run

.venv/.mutation: requirements-mutation.txt | .venv/.dev
	@$(call install,requirements-mutation.txt)
	@touch $@ .venv/.dev .venv/.run

# uv, where it is there, takes 5 s of processor for what pip takes twenty, and would take fifty if it compiled all that
# nobody imports. A fresh Debian has pip but not
# python3-venv: then its pip installs into our environment from outside.
define install
if [ -n "$(UV)" ]; then $(UV) pip install -q --python $(PY) --require-hashes -r $(1); \
elif $(PY) -m pip --version >/dev/null 2>&1; then $(PY) -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r $(1); \
else python3 -m pip --python $(PY) install -q --no-compile --disable-pip-version-check --require-hashes -r $(1); fi
endef

$(CATALOGUE).mo: $(CATALOGUE).po | .venv/.run
	@.venv/bin/pybabel -q compile -l en -i $< -o $@
