CREATE TABLE account_request (
	kind VARCHAR(40) NOT NULL, 
	user_id INTEGER NOT NULL, 
	asked_by_id INTEGER NOT NULL, 
	role VARCHAR(40), 
	area_code VARCHAR(9), 
	organisation_id INTEGER, 
	valid_from DATE, 
	valid_to DATE, 
	reason VARCHAR(200) NOT NULL, 
	half BLOB, 
	due_on DATE NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	decided_by_id INTEGER, 
	decision VARCHAR(300) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_account_request PRIMARY KEY (id), 
	CONSTRAINT fk_account_request_area_code_area FOREIGN KEY(area_code) REFERENCES area (code), 
	CONSTRAINT fk_account_request_asked_by_id_user_account FOREIGN KEY(asked_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_account_request_decided_by_id_user_account FOREIGN KEY(decided_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_account_request_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_account_request_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE account_slip (
	worker_id INTEGER NOT NULL, 
	code_digest VARCHAR(64) NOT NULL, 
	printed_by_id INTEGER, 
	reason VARCHAR(200) NOT NULL, 
	good_until DATETIME NOT NULL, 
	wrong_tries INTEGER NOT NULL, 
	used_at DATETIME, 
	ended_at DATETIME, 
	ended_by VARCHAR(40), 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_account_slip PRIMARY KEY (id), 
	CONSTRAINT fk_account_slip_printed_by_id_user_account FOREIGN KEY(printed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_account_slip_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_account_slip_code_digest UNIQUE (code_digest)
)
;;
CREATE TABLE agreement_breach (
	agreement_id INTEGER NOT NULL, 
	party VARCHAR(40), 
	enrolment_id INTEGER, 
	reason VARCHAR(400) NOT NULL, 
	answer VARCHAR(400) NOT NULL, 
	recorded_by_id INTEGER NOT NULL, 
	answered_at DATETIME, 
	answered_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_agreement_breach PRIMARY KEY (id), 
	CONSTRAINT fk_agreement_breach_agreement_id_training_agreement FOREIGN KEY(agreement_id) REFERENCES training_agreement (id), 
	CONSTRAINT fk_agreement_breach_answered_by_id_user_account FOREIGN KEY(answered_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_agreement_breach_enrolment_id_enrolment FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_agreement_breach_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE agreement_signature (
	agreement_id INTEGER NOT NULL, 
	party VARCHAR(40) NOT NULL, 
	signed_at DATETIME, 
	signed_by_id INTEGER, 
	signed_name VARCHAR(60) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_agreement_signature PRIMARY KEY (id), 
	CONSTRAINT fk_agreement_signature_agreement_id_training_agreement FOREIGN KEY(agreement_id) REFERENCES training_agreement (id), 
	CONSTRAINT fk_agreement_signature_signed_by_id_user_account FOREIGN KEY(signed_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_agreement_signature_agreement_id_party UNIQUE (agreement_id, party)
)
;;
CREATE TABLE agreement_supplement (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	agreement_id INTEGER NOT NULL, 
	cohort_id INTEGER, 
	number VARCHAR(48) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	reason VARCHAR(300) NOT NULL, 
	ready_by DATE NOT NULL, 
	ready_by_before DATE NOT NULL, 
	starts_on DATE, 
	ends_on DATE, 
	starts_on_before DATE, 
	ends_on_before DATE, 
	proposed_by_id INTEGER, 
	CONSTRAINT pk_agreement_supplement PRIMARY KEY (id), 
	CONSTRAINT fk_agreement_supplement_agreement_id_training_agreement FOREIGN KEY(agreement_id) REFERENCES training_agreement (id), 
	CONSTRAINT fk_agreement_supplement_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_agreement_supplement_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_agreement_supplement_number UNIQUE (number)
)
;;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
;;
CREATE TABLE api_receipt (
	user_id INTEGER NOT NULL, 
	token_id INTEGER NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	status INTEGER NOT NULL, 
	answer BLOB NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_api_receipt PRIMARY KEY (id), 
	CONSTRAINT fk_api_receipt_token_id_api_token FOREIGN KEY(token_id) REFERENCES api_token (id), 
	CONSTRAINT fk_api_receipt_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_api_receipt_user_id_key UNIQUE (user_id, "key")
)
;;
CREATE TABLE api_token (
	user_id INTEGER NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	token_digest VARCHAR(64) NOT NULL, 
	tail VARCHAR(4) NOT NULL, 
	scopes JSON NOT NULL, 
	expires_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	revoked_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_api_token PRIMARY KEY (id), 
	CONSTRAINT fk_api_token_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_api_token_token_digest UNIQUE (token_digest)
)
;;
CREATE TABLE area (
	code VARCHAR(9) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	level VARCHAR(12) NOT NULL, 
	parent_code VARCHAR(9), 
	prefecture_code VARCHAR(9), 
	programme_code VARCHAR(9), 
	successor_code VARCHAR(9), 
	valid_from DATE, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_area PRIMARY KEY (code)
)
;;
CREATE TABLE arrival (
	worker_id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	CONSTRAINT pk_arrival PRIMARY KEY (worker_id), 
	CONSTRAINT fk_arrival_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_arrival_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id) ON DELETE CASCADE
)
;;
CREATE TABLE asking_batch (
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_asking_batch PRIMARY KEY (id), 
	CONSTRAINT fk_asking_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE attendance (
	lesson_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	presence VARCHAR(40) NOT NULL, 
	how VARCHAR(40) NOT NULL, 
	marked_at DATETIME NOT NULL, 
	received_at DATETIME NOT NULL, 
	marked_by_id INTEGER, 
	device VARCHAR(64), 
	note VARCHAR(200) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, corrections JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_attendance PRIMARY KEY (id), 
	CONSTRAINT fk_attendance_enrolment_id_enrolment FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_attendance_lesson_id_lesson FOREIGN KEY(lesson_id) REFERENCES lesson (id), 
	CONSTRAINT fk_attendance_marked_by_id_user_account FOREIGN KEY(marked_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_attendance_lesson_id_enrolment_id UNIQUE (lesson_id, enrolment_id)
)
;;
CREATE TABLE audit_event (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor_id INTEGER, 
	actor_name VARCHAR(60) NOT NULL, 
	tag VARCHAR(40) NOT NULL, 
	subject VARCHAR(40) NOT NULL, 
	payload VARCHAR NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, key_id INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_audit_event PRIMARY KEY (id), 
	CONSTRAINT uq_audit_event_hash UNIQUE (hash)
)
;;
CREATE TABLE bulk_act (
	user_id INTEGER NOT NULL, 
	listing VARCHAR(60) NOT NULL, 
	act VARCHAR(40) NOT NULL, 
	chosen JSON NOT NULL, 
	"values" JSON NOT NULL, 
	done INTEGER, 
	done_at DATETIME, 
	undone_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_bulk_act PRIMARY KEY (id), 
	CONSTRAINT fk_bulk_act_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE bulk_change (
	act_id INTEGER NOT NULL, 
	row_id INTEGER NOT NULL, 
	"before" JSON NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_bulk_change PRIMARY KEY (id), 
	CONSTRAINT fk_bulk_change_act_id_bulk_act FOREIGN KEY(act_id) REFERENCES bulk_act (id)
)
;;
CREATE TABLE card_acknowledgement (
	placement_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	terms JSON NOT NULL, 
	points JSON NOT NULL, 
	is_clear BOOLEAN NOT NULL, 
	question BLOB, 
	channel VARCHAR(40) NOT NULL, 
	acknowledged_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_card_acknowledgement PRIMARY KEY (id), 
	CONSTRAINT fk_card_acknowledgement_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_card_acknowledgement_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_card_acknowledgement_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE care (
	office VARCHAR(20) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	assigned_to_id INTEGER, 
	remind_on DATE, 
	remind_for_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_care PRIMARY KEY (id), 
	CONSTRAINT fk_care_assigned_to_id_user_account FOREIGN KEY(assigned_to_id) REFERENCES user_account (id), 
	CONSTRAINT fk_care_remind_for_id_user_account FOREIGN KEY(remind_for_id) REFERENCES user_account (id), 
	CONSTRAINT uq_care_office_kind_subject_id UNIQUE (office, kind, subject_id)
)
;;
CREATE TABLE care_note (
	care_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	text VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_care_note PRIMARY KEY (id), 
	CONSTRAINT fk_care_note_care_id_care FOREIGN KEY(care_id) REFERENCES care (id), 
	CONSTRAINT fk_care_note_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE case_step (
	case_id INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	entered_at DATETIME NOT NULL, 
	left_at DATETIME, 
	working_days INTEGER, 
	reason VARCHAR(600) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_case_step PRIMARY KEY (id), 
	CONSTRAINT fk_case_step_case_id_settlement_case FOREIGN KEY(case_id) REFERENCES settlement_case (id)
)
;;
CREATE TABLE certificate (
	cohort_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	number VARCHAR(40) NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	issuer VARCHAR(100) NOT NULL, 
	occupation_code VARCHAR(20) NOT NULL, 
	occupation_name VARCHAR(60) NOT NULL, 
	skill VARCHAR(60) NOT NULL, 
	level VARCHAR(40) NOT NULL, 
	profile_name VARCHAR(60) NOT NULL, 
	in_profile BOOLEAN NOT NULL, 
	issued_on DATE NOT NULL, 
	expires_on DATE, 
	issued_by_id INTEGER, 
	revoked_at DATETIME, 
	revoked_reason VARCHAR(300) NOT NULL, 
	revoked_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, revoked_ground VARCHAR(40), brought_skill BOOLEAN, 
	CONSTRAINT pk_certificate PRIMARY KEY (id), 
	CONSTRAINT fk_certificate_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_certificate_enrolment_id_enrolment FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_certificate_issued_by_id_user_account FOREIGN KEY(issued_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_certificate_revoked_by_id_user_account FOREIGN KEY(revoked_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_certificate_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_certificate_number UNIQUE (number), 
	CONSTRAINT uq_certificate_token UNIQUE (token)
)
;;
CREATE TABLE claim (
	cohort_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	number VARCHAR(40) NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by_id INTEGER NOT NULL, 
	anomalies JSON NOT NULL, 
	report VARCHAR(1000) NOT NULL, 
	account_name VARCHAR(100) NOT NULL, 
	account_number BLOB, 
	account_digest VARCHAR(64), 
	bank_name VARCHAR(100) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_claim PRIMARY KEY (id), 
	CONSTRAINT fk_claim_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_claim_made_by_id_user_account FOREIGN KEY(made_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_claim_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT uq_claim_cohort_id UNIQUE (cohort_id), 
	CONSTRAINT uq_claim_number UNIQUE (number)
)
;;
CREATE TABLE claim_line (
	claim_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	scheme VARCHAR(40) NOT NULL, 
	year INTEGER NOT NULL, 
	amount_fen INTEGER NOT NULL, 
	basis JSON NOT NULL, 
	refused VARCHAR(300) NOT NULL, 
	refused_params JSON NOT NULL, 
	refused_by_id INTEGER, 
	payment_key VARCHAR(100), 
	paid_on DATE, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_claim_line PRIMARY KEY (id), 
	CONSTRAINT fk_claim_line_claim_id_claim FOREIGN KEY(claim_id) REFERENCES claim (id), 
	CONSTRAINT fk_claim_line_enrolment_id_enrolment FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_claim_line_refused_by_id_user_account FOREIGN KEY(refused_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_claim_line_claim_id_enrolment_id_scheme UNIQUE (claim_id, enrolment_id, scheme), 
	CONSTRAINT uq_claim_line_payment_key UNIQUE (payment_key)
)
;;
CREATE TABLE claim_paper (
	claim_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	size INTEGER NOT NULL, 
	pages INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB, 
	uploaded_by_id INTEGER NOT NULL, 
	withdrawn_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_claim_paper PRIMARY KEY (id), 
	CONSTRAINT fk_claim_paper_claim_id_claim FOREIGN KEY(claim_id) REFERENCES claim (id), 
	CONSTRAINT fk_claim_paper_uploaded_by_id_user_account FOREIGN KEY(uploaded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE code_item (
	list_name VARCHAR(40) NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_code_item PRIMARY KEY (id)
)
;;
CREATE TABLE "cohort" (
	agreement_id INTEGER NOT NULL, 
	number VARCHAR(24), 
	name VARCHAR(80) NOT NULL, 
	school_id INTEGER NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	occupation_code VARCHAR(20) NOT NULL, 
	occupation_name VARCHAR(60) NOT NULL, 
	skill VARCHAR(60) NOT NULL, 
	level VARCHAR(40) NOT NULL, 
	capacity INTEGER NOT NULL, 
	enrolled INTEGER NOT NULL, 
	periods INTEGER NOT NULL, 
	scheduled_periods INTEGER NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	place VARCHAR(100) NOT NULL, 
	head_teacher VARCHAR(60) NOT NULL, 
	standards JSON NOT NULL, 
	applied_by_id INTEGER, 
	approved_by_id INTEGER, 
	site_checked_on DATE, 
	graded_on DATE, 
	ungraded INTEGER, 
	uncertified INTEGER, 
	unplaced INTEGER, 
	unfollowed INTEGER, 
	claimed_by_id INTEGER, 
	checked_by_id INTEGER, 
	notice_ends_on DATE, 
	notice_over BOOLEAN NOT NULL, 
	created_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	instalment INTEGER DEFAULT '0' NOT NULL, 
	stopped_on DATE, 
	meals VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_cohort PRIMARY KEY (id), 
	CONSTRAINT fk_cohort_approved_by_id_user_account FOREIGN KEY(approved_by_id) REFERENCES user_account (id), 
	CONSTRAINT ck_cohort_seats CHECK (enrolled >= 0 AND enrolled <= capacity), 
	CONSTRAINT fk_cohort_agreement_id_training_agreement FOREIGN KEY(agreement_id) REFERENCES training_agreement (id), 
	CONSTRAINT fk_cohort_checked_by_id_user_account FOREIGN KEY(checked_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_cohort_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_cohort_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_cohort_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_cohort_number UNIQUE (number), 
	CONSTRAINT fk_cohort_applied_by_id_user_account FOREIGN KEY(applied_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_cohort_claimed_by_id_user_account FOREIGN KEY(claimed_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE column_mapping (
	county_code VARCHAR(9) NOT NULL, 
	header VARCHAR(100) NOT NULL, 
	field VARCHAR(40) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_column_mapping PRIMARY KEY (id), 
	CONSTRAINT uq_column_mapping_county_code_header UNIQUE (county_code, header)
)
;;
CREATE TABLE consent (
	worker_id INTEGER NOT NULL, 
	placement_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	text_version INTEGER NOT NULL, 
	text VARCHAR(600) NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	given_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	withdrawn_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_consent_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_consent_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE contact_choice (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	worker_id INTEGER NOT NULL, 
	language VARCHAR(12) NOT NULL, 
	texts_refused_at DATETIME, 
	channel VARCHAR(40) NOT NULL, 
	recorded_by_id INTEGER, 
	CONSTRAINT pk_contact_choice PRIMARY KEY (id), 
	CONSTRAINT fk_contact_choice_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_contact_choice_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_contact_choice_worker_id UNIQUE (worker_id)
)
;;
CREATE TABLE contact_visit (
	contact_id INTEGER NOT NULL, 
	visited_on DATE NOT NULL, 
	met VARCHAR(200) NOT NULL, 
	note VARCHAR(600) NOT NULL, 
	by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_contact_visit PRIMARY KEY (id), 
	CONSTRAINT fk_contact_visit_by_id_user_account FOREIGN KEY(by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_contact_visit_contact_id_resident_contact FOREIGN KEY(contact_id) REFERENCES resident_contact (id)
)
;;
CREATE TABLE county_office (
	county_code VARCHAR(9) NOT NULL, 
	phone VARCHAR(40) NOT NULL, 
	hours VARCHAR(60) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_county_office PRIMARY KEY (id), 
	CONSTRAINT fk_county_office_county_code_area FOREIGN KEY(county_code) REFERENCES area (code), 
	CONSTRAINT uq_county_office_county_code UNIQUE (county_code)
)
;;
CREATE TABLE deadline (
	name VARCHAR(40) NOT NULL, 
	area_code VARCHAR(9) NOT NULL, 
	days INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	confidence VARCHAR(40), 
	basis VARCHAR(40), 
	checked_on DATE, 
	entered BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_deadline PRIMARY KEY (id)
)
;;
CREATE TABLE "departure" (
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	leader_name VARCHAR(60) NOT NULL, 
	leader_phone BLOB, 
	transport VARCHAR(60) NOT NULL, 
	from_place VARCHAR(100) NOT NULL, 
	departs_at DATETIME NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	created_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	way VARCHAR(40) NOT NULL, 
	vehicle VARCHAR(40) NOT NULL, 
	seats INTEGER, 
	postponed_at DATETIME, left_at DATETIME, arrived_on DATE, 
	CONSTRAINT pk_departure PRIMARY KEY (id), 
	CONSTRAINT fk_departure_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE difference (
	kind VARCHAR(40) NOT NULL, 
	owner VARCHAR(40) NOT NULL, 
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	other_county VARCHAR(9), 
	city_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER, 
	other_id INTEGER, 
	employer_name VARCHAR(100) NOT NULL, 
	other_name VARCHAR(100) NOT NULL, 
	spell_id INTEGER, 
	line_id INTEGER, 
	changed_spell_id INTEGER, 
	month DATE NOT NULL, 
	wage_fen INTEGER, 
	told_fen INTEGER, 
	open_key VARCHAR(80), 
	subject_key VARCHAR(80) NOT NULL, 
	opened_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	closed_on DATE, 
	resolution VARCHAR(40), 
	reason VARCHAR(300) NOT NULL, 
	settled_at DATETIME, 
	settled_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_difference PRIMARY KEY (id), 
	CONSTRAINT fk_difference_changed_spell_id_employment_spell FOREIGN KEY(changed_spell_id) REFERENCES employment_spell (id) ON DELETE SET NULL, 
	CONSTRAINT fk_difference_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_difference_line_id_roster_line FOREIGN KEY(line_id) REFERENCES roster_line (id), 
	CONSTRAINT fk_difference_other_id_organisation FOREIGN KEY(other_id) REFERENCES organisation (id), 
	CONSTRAINT fk_difference_settled_by_id_user_account FOREIGN KEY(settled_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_difference_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id) ON DELETE SET NULL, 
	CONSTRAINT fk_difference_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_difference_open_key UNIQUE (open_key)
)
;;
CREATE TABLE duplicate (
	county_code VARCHAR(9) NOT NULL, 
	worker_id INTEGER NOT NULL, 
	other_id INTEGER NOT NULL, 
	likelihood FLOAT NOT NULL, 
	reasons JSON NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	decided_by_id INTEGER, 
	decided_at DATETIME, 
	undo BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_duplicate PRIMARY KEY (id), 
	CONSTRAINT fk_duplicate_decided_by_id_user_account FOREIGN KEY(decided_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_duplicate_other_id_worker FOREIGN KEY(other_id) REFERENCES worker (id), 
	CONSTRAINT fk_duplicate_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_duplicate_worker_id_other_id UNIQUE (worker_id, other_id)
)
;;
CREATE TABLE duty (
	worker_id INTEGER NOT NULL, 
	active_worker_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	spell_id INTEGER, 
	employer_name VARCHAR(100) NOT NULL, 
	since_on DATE NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	due_on DATE NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	turns INTEGER NOT NULL, 
	told_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_duty PRIMARY KEY (id), 
	CONSTRAINT fk_duty_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id) ON DELETE SET NULL, 
	CONSTRAINT fk_duty_told_by_id_user_account FOREIGN KEY(told_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_duty_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_duty_active_worker_id UNIQUE (active_worker_id)
)
;;
CREATE TABLE early_warning (
	placement_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	signals JSON NOT NULL, 
	count INTEGER NOT NULL, 
	computed_on DATE NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_early_warning PRIMARY KEY (id), 
	CONSTRAINT fk_early_warning_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_early_warning_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT uq_early_warning_placement_id UNIQUE (placement_id)
)
;;
CREATE TABLE employment_spell (
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	employer_id INTEGER, 
	employer_name VARCHAR(100) NOT NULL, 
	place_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	began_on DATE NOT NULL, 
	began_known BOOLEAN NOT NULL, 
	ended_on DATE, 
	end_reason VARCHAR(40), 
	end_note VARCHAR(300) NOT NULL, 
	placement_id INTEGER, 
	told_wage_fen INTEGER, 
	is_part_time BOOLEAN, 
	overlap_reason VARCHAR(200) NOT NULL, 
	seeks_other BOOLEAN, 
	stays_three_on DATE NOT NULL, 
	stays_six_on DATE NOT NULL, 
	evidence_level INTEGER NOT NULL, 
	shown_until DATE, 
	recorded_by_id INTEGER, 
	teller VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_employment_spell PRIMARY KEY (id), 
	CONSTRAINT ck_employment_spell_days CHECK (ended_on IS NULL OR ended_on >= began_on), 
	CONSTRAINT fk_employment_spell_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_employment_spell_employer_id_organisation FOREIGN KEY(employer_id) REFERENCES organisation (id), 
	CONSTRAINT fk_employment_spell_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_employment_spell_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_employment_spell_placement_id UNIQUE (placement_id)
)
;;
CREATE TABLE "enrolment" (
	cohort_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	school_id INTEGER NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	reasons JSON NOT NULL, 
	answered_at DATETIME, 
	answer_channel VARCHAR(40), 
	endorsed_by_id INTEGER, 
	seat INTEGER, 
	active_digest VARCHAR(64), 
	trained_key VARCHAR(120), 
	theory_score DOUBLE, 
	practice_score DOUBLE, 
	exam_passed BOOLEAN, 
	exam_on DATE, 
	graded_by_id INTEGER, 
	outcome_note VARCHAR(300) NOT NULL, 
	placement_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	theory_grade VARCHAR(40), 
	practice_grade VARCHAR(40), 
	joined_on DATE, 
	moved_from_id INTEGER, 
	CONSTRAINT pk_enrolment PRIMARY KEY (id), 
	CONSTRAINT fk_enrolment_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_enrolment_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_enrolment_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT uq_enrolment_cohort_id_worker_id UNIQUE (cohort_id, worker_id), 
	CONSTRAINT fk_enrolment_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_enrolment_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT uq_enrolment_active_digest UNIQUE (active_digest), 
	CONSTRAINT fk_enrolment_graded_by_id_user_account FOREIGN KEY(graded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_enrolment_endorsed_by_id_user_account FOREIGN KEY(endorsed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_enrolment_moved_from_id_enrolment FOREIGN KEY(moved_from_id) REFERENCES enrolment (id), 
	CONSTRAINT uq_enrolment_moved_from_id UNIQUE (moved_from_id)
)
;;
CREATE TABLE entry_batch (
	register VARCHAR(30) NOT NULL, 
	area_code VARCHAR(9) NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_entry_batch PRIMARY KEY (id), 
	CONSTRAINT fk_entry_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE entry_paper (
	entry_id INTEGER NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	size INTEGER NOT NULL, 
	pages INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	uploaded_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_entry_paper PRIMARY KEY (id), 
	CONSTRAINT fk_entry_paper_entry_id_register_entry FOREIGN KEY(entry_id) REFERENCES register_entry (id), 
	CONSTRAINT fk_entry_paper_uploaded_by_id_user_account FOREIGN KEY(uploaded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE entry_person (
	entry_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	joined_on DATE NOT NULL, 
	left_on DATE, 
	added_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_entry_person PRIMARY KEY (id), 
	CONSTRAINT fk_entry_person_entry_id_register_entry FOREIGN KEY(entry_id) REFERENCES register_entry (id), 
	CONSTRAINT fk_entry_person_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_entry_person_added_by_id_user_account FOREIGN KEY(added_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE "evidence_paper" (
	follow_up_id INTEGER, 
	size INTEGER NOT NULL, 
	pages INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	uploaded_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	spell_evidence_id INTEGER, 
	CONSTRAINT pk_evidence_paper PRIMARY KEY (id), 
	CONSTRAINT fk_evidence_paper_uploaded_by_id_user_account FOREIGN KEY(uploaded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_evidence_paper_follow_up_id_follow_up FOREIGN KEY(follow_up_id) REFERENCES follow_up (id), 
	CONSTRAINT fk_evidence_paper_spell_evidence_id_spell_evidence FOREIGN KEY(spell_evidence_id) REFERENCES spell_evidence (id), 
	CONSTRAINT ck_evidence_paper_of_one CHECK ((follow_up_id IS NULL) <> (spell_evidence_id IS NULL))
)
;;
CREATE TABLE "family_member" (
	case_id INTEGER NOT NULL, 
	relation VARCHAR(20) NOT NULL, 
	name BLOB NOT NULL, 
	birth_date DATE NOT NULL, 
	id_number BLOB, 
	needs_school BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	removed_reason VARCHAR(200) DEFAULT '' NOT NULL, 
	removed_by_id INTEGER, 
	CONSTRAINT pk_family_member PRIMARY KEY (id), 
	CONSTRAINT fk_family_member_case_id_settlement_case FOREIGN KEY(case_id) REFERENCES settlement_case (id), 
	CONSTRAINT fk_family_member_removed_by_id_user_account FOREIGN KEY(removed_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE first_call (
	placement_id INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	result VARCHAR(40), 
	note VARCHAR(300) NOT NULL, 
	tries INTEGER NOT NULL, 
	tried_at DATETIME, 
	recorded_at DATETIME, 
	recorded_by_id INTEGER, 
	problem_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_first_call PRIMARY KEY (id), 
	CONSTRAINT ck_first_call_day CHECK (day IN (3, 7, 14)), 
	CONSTRAINT fk_first_call_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_first_call_problem_id_problem FOREIGN KEY(problem_id) REFERENCES problem (id), 
	CONSTRAINT fk_first_call_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_first_call_placement_id_day UNIQUE (placement_id, day)
)
;;
CREATE TABLE "follow_up" (
	placement_id INTEGER NOT NULL, 
	months INTEGER NOT NULL, 
	due_on DATE, 
	outcome VARCHAR(40), 
	wage_fen INTEGER, 
	evidence INTEGER NOT NULL, 
	evidence_note VARCHAR(300) NOT NULL, 
	trouble VARCHAR(300) NOT NULL, 
	recorded_at DATETIME, 
	recorded_by_id INTEGER, 
	verified_at DATETIME, 
	verified_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	assigned_to_id INTEGER, 
	call_note VARCHAR(300) DEFAULT '' NOT NULL, 
	remind_on DATE, county_code VARCHAR(9) DEFAULT '' NOT NULL, city_code VARCHAR(9) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_follow_up PRIMARY KEY (id), 
	CONSTRAINT fk_follow_up_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_follow_up_verified_by_id_user_account FOREIGN KEY(verified_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_follow_up_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT uq_follow_up_placement_id_months UNIQUE (placement_id, months), 
	CONSTRAINT ck_follow_up_months CHECK (months IN (1, 3, 6)), 
	CONSTRAINT fk_follow_up_assigned_to_id_user_account FOREIGN KEY(assigned_to_id) REFERENCES user_account (id)
)
;;
CREATE TABLE follow_up_batch (
	county_code VARCHAR(9), 
	city_code VARCHAR(9), 
	township_code VARCHAR(9), 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_follow_up_batch PRIMARY KEY (id), 
	CONSTRAINT fk_follow_up_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE form_receipt (
	"key" VARCHAR(40) NOT NULL, 
	user_id INTEGER, 
	location VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_form_receipt PRIMARY KEY (id), 
	CONSTRAINT fk_form_receipt_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_form_receipt_key UNIQUE ("key")
)
;;
CREATE TABLE frozen_figure (
	report_id INTEGER NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	definition_version INTEGER NOT NULL, 
	subject VARCHAR(40) NOT NULL, 
	cells JSON NOT NULL, 
	rows JSON NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_frozen_figure PRIMARY KEY (id), 
	CONSTRAINT fk_frozen_figure_report_id_report FOREIGN KEY(report_id) REFERENCES report (id), 
	CONSTRAINT uq_frozen_figure_report_id_key UNIQUE (report_id, "key")
)
;;
CREATE TABLE fund_account (
	"key" VARCHAR(60) NOT NULL, 
	year INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	stage VARCHAR(40) NOT NULL, 
	item_id INTEGER, 
	balance_fen BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_account PRIMARY KEY (id), 
	CONSTRAINT ck_fund_account_not_overspent CHECK (balance_fen >= 0 OR stage = 'source'), 
	CONSTRAINT fk_fund_account_item_id_fund_item FOREIGN KEY(item_id) REFERENCES fund_item (id), 
	CONSTRAINT uq_fund_account_key UNIQUE ("key")
)
;;
CREATE TABLE fund_finding (
	county_code VARCHAR(9) NOT NULL, 
	item_id INTEGER, 
	found_on DATE NOT NULL, 
	text VARCHAR(500) NOT NULL, 
	amount_fen BIGINT, 
	due_on DATE NOT NULL, 
	answer VARCHAR(500) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	found_by_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_finding PRIMARY KEY (id), 
	CONSTRAINT fk_fund_finding_county_code_area FOREIGN KEY(county_code) REFERENCES area (code), 
	CONSTRAINT fk_fund_finding_found_by_id_user_account FOREIGN KEY(found_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_fund_finding_item_id_fund_item FOREIGN KEY(item_id) REFERENCES fund_item (id)
)
;;
CREATE TABLE fund_item (
	county_code VARCHAR(9) NOT NULL, 
	year INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	households INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_item PRIMARY KEY (id), 
	CONSTRAINT fk_fund_item_county_code_area FOREIGN KEY(county_code) REFERENCES area (code)
)
;;
CREATE TABLE fund_leg (
	posting_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_leg PRIMARY KEY (id), 
	CONSTRAINT fk_fund_leg_account_id_fund_account FOREIGN KEY(account_id) REFERENCES fund_account (id), 
	CONSTRAINT fk_fund_leg_posting_id_fund_posting FOREIGN KEY(posting_id) REFERENCES fund_posting (id)
)
;;
CREATE TABLE fund_payment (
	item_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	payee VARCHAR(100) NOT NULL, 
	what_for VARCHAR(200) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	paid_on DATE, 
	voucher VARCHAR(60) NOT NULL, 
	proposed_by_id INTEGER NOT NULL, 
	paid_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_payment PRIMARY KEY (id), 
	CONSTRAINT fk_fund_payment_item_id_fund_item FOREIGN KEY(item_id) REFERENCES fund_item (id), 
	CONSTRAINT fk_fund_payment_paid_by_id_user_account FOREIGN KEY(paid_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_fund_payment_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE fund_posting (
	step VARCHAR(40) NOT NULL, 
	year INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	item_id INTEGER, 
	amount_fen BIGINT NOT NULL, 
	province_fen BIGINT NOT NULL, 
	city_fen BIGINT NOT NULL, 
	posted_on DATE NOT NULL, 
	document VARCHAR(60) NOT NULL, 
	payer_code VARCHAR(9), 
	subject VARCHAR(60) NOT NULL, 
	persons INTEGER NOT NULL, 
	posted_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_posting PRIMARY KEY (id), 
	CONSTRAINT ck_fund_posting_whole CHECK (amount_fen = province_fen + city_fen AND amount_fen > 0), 
	CONSTRAINT fk_fund_posting_item_id_fund_item FOREIGN KEY(item_id) REFERENCES fund_item (id), 
	CONSTRAINT fk_fund_posting_posted_by_id_user_account FOREIGN KEY(posted_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE fund_rule (
	helper_code VARCHAR(9) NOT NULL, 
	county_yuan BIGINT NOT NULL, 
	province_parts INTEGER NOT NULL, 
	city_parts INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	confidence VARCHAR(40), 
	basis VARCHAR(40), 
	checked_on DATE, 
	entered BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_fund_rule PRIMARY KEY (id), 
	CONSTRAINT ck_fund_rule_sum CHECK (county_yuan > 0), 
	CONSTRAINT ck_fund_rule_parts CHECK (province_parts >= 0 AND city_parts > 0)
)
;;
CREATE TABLE hand_over (
	departure_id INTEGER NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	received_on DATE NOT NULL, 
	received_by VARCHAR(60) NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	recorded_by_id INTEGER NOT NULL, 
	pages INTEGER, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_hand_over PRIMARY KEY (id), 
	CONSTRAINT fk_hand_over_departure_id_departure FOREIGN KEY(departure_id) REFERENCES departure (id), 
	CONSTRAINT fk_hand_over_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_hand_over_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_hand_over_departure_id_enterprise_id UNIQUE (departure_id, enterprise_id)
)
;;
CREATE TABLE holiday (
	feast VARCHAR(40) NOT NULL, 
	is_workday BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_holiday PRIMARY KEY (id)
)
;;
CREATE TABLE household (
	county_code VARCHAR(9) NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	poverty_attribute VARCHAR(40) NOT NULL, 
	poverty_cause VARCHAR(60) NOT NULL, 
	lifted VARCHAR(40) NOT NULL, 
	identified_on DATE, 
	phone BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_household PRIMARY KEY (id), 
	CONSTRAINT uq_household_county_code_code UNIQUE (county_code, code)
)
;;
CREATE TABLE import_batch (
	county_code VARCHAR(9) NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	file_digest VARCHAR(64) NOT NULL, 
	content BLOB, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	job_id INTEGER, 
	user_id INTEGER, 
	corrects_id INTEGER, 
	settled BOOLEAN NOT NULL, 
	columns JSON NOT NULL, 
	counts JSON NOT NULL, 
	refused_columns JSON NOT NULL, 
	problem VARCHAR(300) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, reading BLOB, answers BLOB, left_out_columns JSON DEFAULT '[]' NOT NULL, column_answers JSON DEFAULT '{}' NOT NULL, township_code VARCHAR(9), submitted_at DATETIME, seen_at DATETIME, 
	CONSTRAINT pk_import_batch PRIMARY KEY (id), 
	CONSTRAINT fk_import_batch_corrects_id_import_batch FOREIGN KEY(corrects_id) REFERENCES import_batch (id), 
	CONSTRAINT fk_import_batch_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_import_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE import_row (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	sheet VARCHAR(60) NOT NULL, 
	"row" INTEGER NOT NULL, 
	outcome VARCHAR(40) NOT NULL, 
	worker_id INTEGER, 
	payload BLOB, 
	changes BLOB, 
	errors JSON NOT NULL, 
	doubts JSON NOT NULL, 
	matches JSON NOT NULL, 
	is_doubtful BOOLEAN NOT NULL, 
	is_possible BOOLEAN NOT NULL, 
	worker_version INTEGER, is_left_out BOOLEAN DEFAULT 0 NOT NULL, kinds VARCHAR(400) DEFAULT '' NOT NULL, id_digest VARCHAR(64) DEFAULT '' NOT NULL, household_code VARCHAR(20) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_import_row PRIMARY KEY (id), 
	CONSTRAINT fk_import_row_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (id) ON DELETE CASCADE, 
	CONSTRAINT fk_import_row_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE indicator (
	"key" VARCHAR(40) NOT NULL, 
	version_number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	formula VARCHAR(40) NOT NULL, 
	document_aspect VARCHAR(40), 
	national_aspect VARCHAR(40), 
	unit VARCHAR(40) NOT NULL, 
	reporter VARCHAR(40) NOT NULL, 
	evidence VARCHAR(120) NOT NULL, 
	counted_once VARCHAR(120) NOT NULL, 
	least_evidence INTEGER NOT NULL, 
	weight INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	entered BOOLEAN NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	version INTEGER NOT NULL, 
	state_since DATETIME, 
	effect JSON, 
	created_by_id INTEGER, 
	proposed_by_id INTEGER, 
	released_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_indicator PRIMARY KEY (id), 
	CONSTRAINT fk_indicator_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_indicator_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_indicator_released_by_id_user_account FOREIGN KEY(released_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_indicator_key_version_number UNIQUE ("key", version_number)
)
;;
CREATE TABLE inspection (
	cohort_id INTEGER NOT NULL, 
	lesson_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	visited_at DATETIME NOT NULL, 
	counted INTEGER NOT NULL, 
	marked INTEGER, 
	in_order BOOLEAN NOT NULL, 
	teacher_agrees BOOLEAN, 
	place_agrees BOOLEAN, 
	content_agrees BOOLEAN, 
	draw_seed VARCHAR(64), 
	draw_rank INTEGER, 
	finding VARCHAR(400) NOT NULL, 
	inspector_id INTEGER NOT NULL, 
	inspector_name VARCHAR(60) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_inspection PRIMARY KEY (id), 
	CONSTRAINT fk_inspection_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_inspection_inspector_id_user_account FOREIGN KEY(inspector_id) REFERENCES user_account (id), 
	CONSTRAINT fk_inspection_lesson_id_lesson FOREIGN KEY(lesson_id) REFERENCES lesson (id)
)
;;
CREATE TABLE interview (
	id INTEGER NOT NULL, 
	placement_id INTEGER NOT NULL, 
	held_at DATETIME NOT NULL, 
	place VARCHAR(100) NOT NULL, 
	contact BLOB, 
	is_cancelled BOOLEAN NOT NULL, 
	cancel_reason VARCHAR(300) NOT NULL, 
	told_at DATETIME, 
	told_channel VARCHAR(40), 
	told_by_id INTEGER, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_interview PRIMARY KEY (id), 
	CONSTRAINT uq_interview_placement_id UNIQUE (placement_id), 
	CONSTRAINT fk_interview_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_interview_told_by_id_user_account FOREIGN KEY(told_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE job (
	name VARCHAR(40) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	stage VARCHAR(60) NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	cancel_requested BOOLEAN NOT NULL, 
	attempts INTEGER NOT NULL, 
	heartbeat_at DATETIME, 
	finished_at DATETIME, 
	result JSON, 
	problem VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, claimed_by VARCHAR(32), 
	CONSTRAINT pk_job PRIMARY KEY (id), 
	CONSTRAINT fk_job_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE job_order (
	enterprise_id INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	title VARCHAR(80) NOT NULL, 
	description VARCHAR(4000) NOT NULL, 
	occupation_code VARCHAR(20) NOT NULL, 
	occupation_name VARCHAR(60) NOT NULL, 
	occupation_confirmed BOOLEAN NOT NULL, 
	headcount INTEGER NOT NULL, 
	taken INTEGER NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	address VARCHAR(200) NOT NULL, 
	base_wage_fen INTEGER, 
	wage_low_fen INTEGER, 
	wage_high_fen INTEGER, 
	wage_note VARCHAR(300) NOT NULL, 
	pay_day INTEGER, 
	hours_per_day NUMERIC(4, 1), 
	days_per_week NUMERIC(3, 1), 
	overtime_hours_month INTEGER, 
	shift VARCHAR(40), 
	standing_work BOOLEAN, 
	insurance JSON, 
	board VARCHAR(40), 
	board_cost_fen INTEGER, 
	lodging VARCHAR(40), 
	lodging_cost_fen INTEGER, 
	utilities_cost_fen INTEGER, 
	room_persons INTEGER, 
	travel VARCHAR(40), 
	medical_fee_paid BOOLEAN, 
	halal_food BOOLEAN, 
	contract_with VARCHAR(40), 
	contract_months INTEGER, 
	probation_months NUMERIC(3, 1), 
	probation_wage_fen INTEGER, 
	contact_name VARCHAR(60) NOT NULL, 
	contact_phone BLOB, 
	start_on DATE, 
	valid_until DATE NOT NULL, 
	posted_on DATE NOT NULL, 
	min_age INTEGER, 
	max_age INTEGER, 
	min_education INTEGER, 
	min_mandarin INTEGER, 
	min_health INTEGER, 
	certificates JSON NOT NULL, 
	skills JSON NOT NULL, 
	forbidden_work VARCHAR(40) NOT NULL, 
	created_by_id INTEGER, 
	submitted_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, reserved INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_job_order_reserved CHECK (reserved >= 0 AND taken + reserved <= headcount), night_shift BOOLEAN, couple_rooms BOOLEAN, group_intake BOOLEAN, further_text VARCHAR(2000) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_job_order PRIMARY KEY (id), 
	CONSTRAINT ck_job_order_headcount CHECK (headcount > 0), 
	CONSTRAINT ck_job_order_places CHECK (taken >= 0 AND taken <= headcount), 
	CONSTRAINT fk_job_order_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_job_order_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_job_order_submitted_by_id_user_account FOREIGN KEY(submitted_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE job_preference (
	worker_id INTEGER NOT NULL, 
	order_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	stated_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_job_preference PRIMARY KEY (id), 
	CONSTRAINT ck_job_preference_rank CHECK (rank > 0), 
	CONSTRAINT fk_job_preference_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_job_preference_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_job_preference_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_job_preference_worker_id_rank UNIQUE (worker_id, rank), 
	CONSTRAINT uq_job_preference_worker_id_order_id UNIQUE (worker_id, order_id)
)
;;
CREATE TABLE kept_figure (
	helper_code VARCHAR(9) NOT NULL, 
	recipient_code VARCHAR(9) NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	month DATE NOT NULL, 
	"on" DATE NOT NULL, 
	is_earlier BOOLEAN NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	value BIGINT NOT NULL, 
	whole BIGINT NOT NULL, 
	unknown INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_kept_figure PRIMARY KEY (id), 
	CONSTRAINT uq_kept_figure_helper_code_recipient_code_month_is_earlier_key_county_code UNIQUE (helper_code, recipient_code, month, is_earlier, "key", county_code)
)
;;
CREATE TABLE ledger_entry (
	claim_id INTEGER NOT NULL, 
	line_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	scheme VARCHAR(40) NOT NULL, 
	amount_fen INTEGER NOT NULL, 
	payee VARCHAR(100) NOT NULL, 
	paid_on DATE NOT NULL, 
	voucher VARCHAR(60) NOT NULL, 
	paid_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_ledger_entry PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_entry_claim_id_claim FOREIGN KEY(claim_id) REFERENCES claim (id), 
	CONSTRAINT fk_ledger_entry_line_id_claim_line FOREIGN KEY(line_id) REFERENCES claim_line (id), 
	CONSTRAINT fk_ledger_entry_paid_by_id_user_account FOREIGN KEY(paid_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_ledger_entry_line_id UNIQUE (line_id)
)
;;
CREATE TABLE lesson (
	cohort_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	held_on DATE NOT NULL, 
	starts TIME NOT NULL, 
	ends TIME NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	content VARCHAR(120) NOT NULL, 
	periods INTEGER NOT NULL, 
	place VARCHAR(100) NOT NULL, 
	teacher_name VARCHAR(60) NOT NULL, 
	teacher_id_number BLOB, 
	teacher_digest VARCHAR(64), 
	teacher_user_id INTEGER, 
	material VARCHAR(120) NOT NULL, 
	code_secret BLOB NOT NULL, 
	closed_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, head_count INTEGER, 
	CONSTRAINT pk_lesson PRIMARY KEY (id), 
	CONSTRAINT ck_lesson_periods CHECK (periods > 0), 
	CONSTRAINT fk_lesson_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_lesson_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_lesson_teacher_user_id_user_account FOREIGN KEY(teacher_user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_lesson_cohort_id_held_on_starts UNIQUE (cohort_id, held_on, starts)
)
;;
CREATE TABLE list_export (
	user_id INTEGER NOT NULL, 
	job_id INTEGER, 
	listing VARCHAR(60) NOT NULL, 
	asked BLOB NOT NULL, 
	columns JSON NOT NULL, 
	purpose VARCHAR(200) NOT NULL, 
	rows INTEGER, 
	is_cut BOOLEAN NOT NULL, 
	content BLOB, 
	ready_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_list_export PRIMARY KEY (id), 
	CONSTRAINT fk_list_export_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_list_export_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE local_day (
	kind VARCHAR(40) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	area_code VARCHAR(9) NOT NULL, 
	ethnicity VARCHAR(20) NOT NULL, 
	calendar VARCHAR(40) NOT NULL, 
	month INTEGER, 
	day INTEGER, 
	days INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	confidence VARCHAR(40), 
	basis VARCHAR(40), 
	checked_on DATE, 
	entered BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_local_day PRIMARY KEY (id)
)
;;
CREATE TABLE login_session (
	token_digest VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	ended_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, device VARCHAR(60) DEFAULT '' NOT NULL, last_seen_at DATETIME, 
	CONSTRAINT pk_login_session PRIMARY KEY (id), 
	CONSTRAINT fk_login_session_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_login_session_token_digest UNIQUE (token_digest)
)
;;
CREATE TABLE "match_adjustment" (
	run_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	from_order_id INTEGER, 
	to_order_id INTEGER, 
	price INTEGER NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	user_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	kept_from_id INTEGER, 
	CONSTRAINT pk_match_adjustment PRIMARY KEY (id), 
	CONSTRAINT fk_match_adjustment_run_id_match_run FOREIGN KEY(run_id) REFERENCES match_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_match_adjustment_to_order_id_job_order FOREIGN KEY(to_order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_match_adjustment_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_match_adjustment_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_match_adjustment_from_order_id_job_order FOREIGN KEY(from_order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_match_adjustment_kept_from_id_match_adjustment FOREIGN KEY(kept_from_id) REFERENCES match_adjustment (id)
)
;;
CREATE TABLE match_group (
	run_id INTEGER NOT NULL, 
	reason VARCHAR(60) NOT NULL, 
	people INTEGER NOT NULL, 
	worker_ids BLOB, 
	CONSTRAINT pk_match_group PRIMARY KEY (run_id, reason), 
	CONSTRAINT fk_match_group_run_id_match_run FOREIGN KEY(run_id) REFERENCES match_run (id) ON DELETE CASCADE
)
;;
CREATE TABLE match_left_out (
	run_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	reason VARCHAR(60) NOT NULL, 
	blocking JSON NOT NULL, 
	nearest_change JSON NOT NULL, 
	CONSTRAINT pk_match_left_out PRIMARY KEY (run_id, worker_id), 
	CONSTRAINT fk_match_left_out_run_id_match_run FOREIGN KEY(run_id) REFERENCES match_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_match_left_out_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE match_pair (
	run_id INTEGER NOT NULL, 
	order_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	score INTEGER NOT NULL, 
	factors JSON NOT NULL, 
	matched_skills JSON NOT NULL, 
	missing_skills JSON NOT NULL, 
	needs JSON NOT NULL, 
	CONSTRAINT pk_match_pair PRIMARY KEY (run_id, order_id, worker_id), 
	CONSTRAINT fk_match_pair_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_match_pair_run_id_match_run FOREIGN KEY(run_id) REFERENCES match_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_match_pair_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE match_run (
	kind VARCHAR(40) NOT NULL, 
	county_code VARCHAR(9), 
	enterprise_id INTEGER, 
	order_id INTEGER, 
	worker_id INTEGER, 
	user_id INTEGER, 
	job_id INTEGER, 
	settings JSON NOT NULL, 
	card_version VARCHAR(40) NOT NULL, 
	card JSON NOT NULL, 
	input_digest VARCHAR(64) NOT NULL, 
	worker_count INTEGER NOT NULL, 
	order_count INTEGER NOT NULL, 
	value BIGINT, 
	bound FLOAT, 
	gap FLOAT, 
	summary JSON NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_match_run PRIMARY KEY (id), 
	CONSTRAINT fk_match_run_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_match_run_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_match_run_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_match_run_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_match_run_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE "message" (
	worker_id INTEGER NOT NULL, 
	placement_id INTEGER, 
	text VARCHAR(400) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	language VARCHAR(12) NOT NULL, 
	own_text VARCHAR(400) NOT NULL, 
	reach VARCHAR(40) NOT NULL, 
	reach_note VARCHAR(200) NOT NULL, 
	township_code VARCHAR(9), 
	until_on DATE, 
	reach_at DATETIME NOT NULL, 
	read_at DATETIME, 
	sent_by_id INTEGER, why VARCHAR(40), not_before DATETIME, 
	CONSTRAINT pk_message PRIMARY KEY (id), 
	CONSTRAINT fk_message_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_message_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_message_sent_by_id_user_account FOREIGN KEY(sent_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE message_wording (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	language VARCHAR(12) NOT NULL, 
	text VARCHAR(300) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	base_id INTEGER, 
	state_since DATETIME, 
	effect JSON, 
	created_by_id INTEGER, 
	proposed_by_id INTEGER, 
	released_by_id INTEGER, 
	CONSTRAINT pk_message_wording PRIMARY KEY (id), 
	CONSTRAINT fk_message_wording_base_id_message_wording FOREIGN KEY(base_id) REFERENCES message_wording (id), 
	CONSTRAINT fk_message_wording_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_message_wording_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_message_wording_released_by_id_user_account FOREIGN KEY(released_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE minimum_wage (
	city_code VARCHAR(9) NOT NULL, 
	city_name VARCHAR(40) NOT NULL, 
	monthly_yuan INTEGER NOT NULL, 
	hourly_yuan NUMERIC(6, 1) NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, hourly_confidence VARCHAR(40), hourly_verified BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_minimum_wage PRIMARY KEY (id)
)
;;
CREATE TABLE money_figure (
	owner_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	monthly_fen INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, percent NUMERIC(5, 2), 
	CONSTRAINT pk_money_figure PRIMARY KEY (id)
)
;;
CREATE TABLE monthly_roster (
	source VARCHAR(40) NOT NULL, 
	owner VARCHAR(30) NOT NULL, 
	month DATE NOT NULL, 
	enterprise_id INTEGER, 
	county_code VARCHAR(9), 
	city_code VARCHAR(9), 
	confirmed_at DATETIME NOT NULL, 
	confirmed_by_id INTEGER, 
	working INTEGER NOT NULL, 
	"left" INTEGER NOT NULL, 
	missing INTEGER NOT NULL, 
	waiting INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_monthly_roster PRIMARY KEY (id), 
	CONSTRAINT fk_monthly_roster_confirmed_by_id_user_account FOREIGN KEY(confirmed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_monthly_roster_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT uq_monthly_roster_owner_month UNIQUE (owner, month), 
	CONSTRAINT uq_monthly_roster_source_enterprise_id_month UNIQUE (source, enterprise_id, month)
)
;;
CREATE TABLE name_key (
	county_code VARCHAR(9) NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	worker_id INTEGER NOT NULL, 
	CONSTRAINT pk_name_key PRIMARY KEY (county_code, "key", worker_id), 
	CONSTRAINT fk_name_key_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id) ON DELETE CASCADE
)
 WITHOUT ROWID


;;
CREATE TABLE name_waiting (
	worker_id INTEGER NOT NULL, 
	CONSTRAINT pk_name_waiting PRIMARY KEY (worker_id), 
	CONSTRAINT fk_name_waiting_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id) ON DELETE CASCADE
)
;;
CREATE TABLE newcomer (
	name VARCHAR(60) NOT NULL, 
	id_number BLOB, 
	id_digest VARCHAR(64) NOT NULL, 
	id_last4 VARCHAR(4) NOT NULL, 
	phone BLOB, 
	county_code VARCHAR(9) NOT NULL, 
	township VARCHAR(40) NOT NULL, 
	employer_id INTEGER, 
	employer_name VARCHAR(100) NOT NULL, 
	place_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	began_on DATE NOT NULL, 
	teller VARCHAR(40) NOT NULL, 
	consent_channel VARCHAR(40) NOT NULL, 
	seen_by_number BOOLEAN NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	settled_reason VARCHAR(200) NOT NULL, 
	worker_id INTEGER, 
	spell_id INTEGER, 
	recorded_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_newcomer PRIMARY KEY (id), 
	CONSTRAINT fk_newcomer_employer_id_organisation FOREIGN KEY(employer_id) REFERENCES organisation (id), 
	CONSTRAINT fk_newcomer_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_newcomer_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_newcomer_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id) ON DELETE SET NULL
)
;;
CREATE TABLE newcomer_batch (
	enterprise_id INTEGER, 
	city_code VARCHAR(9), 
	written JSON NOT NULL, 
	undone_at DATETIME, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_newcomer_batch PRIMARY KEY (id), 
	CONSTRAINT fk_newcomer_batch_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_newcomer_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE nightly_outcome (
	name VARCHAR(40) NOT NULL, 
	begun_at DATETIME, 
	done_at DATETIME, 
	failed_since DATETIME, 
	problem VARCHAR(80) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_nightly_outcome PRIMARY KEY (id), 
	CONSTRAINT uq_nightly_outcome_name UNIQUE (name)
)
;;
CREATE TABLE notice_objection (
	notice_id INTEGER NOT NULL, 
	text VARCHAR(600) NOT NULL, 
	by_whom VARCHAR(60) NOT NULL, 
	recorded_by_id INTEGER, 
	upheld BOOLEAN, 
	answer VARCHAR(600) NOT NULL, 
	answered_at DATETIME, 
	answered_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_notice_objection PRIMARY KEY (id), 
	CONSTRAINT fk_notice_objection_answered_by_id_user_account FOREIGN KEY(answered_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_notice_objection_notice_id_public_notice FOREIGN KEY(notice_id) REFERENCES public_notice (id), 
	CONSTRAINT fk_notice_objection_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE occupation (
	code VARCHAR(20) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	category VARCHAR(30) NOT NULL, 
	synonyms JSON NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_occupation PRIMARY KEY (id), 
	CONSTRAINT uq_occupation_code UNIQUE (code)
)
;;
CREATE TABLE occupation_word (
	word VARCHAR(40) NOT NULL, 
	industry VARCHAR(60) NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	unit VARCHAR(24) NOT NULL, 
	user_id INTEGER NOT NULL, 
	times INTEGER NOT NULL, 
	said_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_occupation_word PRIMARY KEY (id), 
	CONSTRAINT fk_occupation_word_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_occupation_word_word_industry_unit_user_id UNIQUE (word, industry, unit, user_id)
)
;;
CREATE TABLE order_batch (
	enterprise_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	rows BLOB NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, content BLOB, 
	CONSTRAINT pk_order_batch PRIMARY KEY (id), 
	CONSTRAINT fk_order_batch_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_order_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE order_column (
	enterprise_id INTEGER NOT NULL, 
	header VARCHAR(100) NOT NULL, 
	field VARCHAR(40) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_order_column PRIMARY KEY (id), 
	CONSTRAINT fk_order_column_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT uq_order_column_enterprise_id_header UNIQUE (enterprise_id, header)
)
;;
CREATE TABLE order_finding (
	order_id INTEGER NOT NULL, 
	level VARCHAR(10) NOT NULL, 
	rule VARCHAR(20) NOT NULL, 
	passage VARCHAR(400) NOT NULL, 
	reason VARCHAR(400) NOT NULL, 
	params JSON NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	field VARCHAR(40) NOT NULL, 
	start INTEGER, 
	"end" INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_order_finding PRIMARY KEY (id), 
	CONSTRAINT fk_order_finding_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id) ON DELETE CASCADE
)
;;
CREATE TABLE "organisation" (
	kind VARCHAR(40) NOT NULL, 
	credit_code VARCHAR(18) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	area_code VARCHAR(9) NOT NULL, 
	address VARCHAR(200) NOT NULL, 
	industry VARCHAR(60) NOT NULL, 
	contact_name VARCHAR(60) NOT NULL, 
	contact_phone BLOB, 
	is_synthetic BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	merged_into_id INTEGER, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT uq_organisation_credit_code UNIQUE (credit_code), 
	CONSTRAINT fk_organisation_merged_into_id_organisation FOREIGN KEY(merged_into_id) REFERENCES organisation (id)
)
;;
CREATE TABLE own_word (
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	field VARCHAR(30) NOT NULL, 
	"before" BLOB, 
	said BLOB, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	answer VARCHAR(300) NOT NULL, 
	settled_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_own_word PRIMARY KEY (id), 
	CONSTRAINT fk_own_word_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_own_word_settled_by_id_user_account FOREIGN KEY(settled_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE pairing (
	recipient_code VARCHAR(9) NOT NULL, 
	recipient_name VARCHAR(40) NOT NULL, 
	helper_code VARCHAR(9) NOT NULL, 
	helper_name VARCHAR(40) NOT NULL, 
	relation VARCHAR(20) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_pairing PRIMARY KEY (id)
)
;;
CREATE TABLE passenger (
	departure_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	placement_id INTEGER, 
	seat VARCHAR(20) NOT NULL, 
	emergency_contact BLOB, 
	reached BOOLEAN, 
	rung_at DATETIME, 
	rung_by_id INTEGER, 
	joined_late BOOLEAN NOT NULL, 
	left_at DATETIME, 
	left_reason VARCHAR(200) NOT NULL, 
	hand_over_id INTEGER, 
	arrived BOOLEAN, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_passenger PRIMARY KEY (id), 
	CONSTRAINT fk_passenger_departure_id_departure FOREIGN KEY(departure_id) REFERENCES departure (id), 
	CONSTRAINT fk_passenger_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_passenger_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_passenger_rung_by_id_user_account FOREIGN KEY(rung_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_passenger_hand_over_id_hand_over FOREIGN KEY(hand_over_id) REFERENCES hand_over (id), 
	CONSTRAINT uq_passenger_departure_id_worker_id UNIQUE (departure_id, worker_id)
)
;;
CREATE TABLE person_category (
	worker_id INTEGER NOT NULL, 
	category VARCHAR(40) NOT NULL, 
	held_from DATE, 
	held_to DATE, 
	seen_on DATE NOT NULL, 
	over_seen_on DATE, 
	evidence VARCHAR(40) NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	noted_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_person_category PRIMARY KEY (id), 
	CONSTRAINT fk_person_category_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_person_category_noted_by_id_user_account FOREIGN KEY(noted_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE person_fact (
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	value JSON NOT NULL, 
	as_of DATE NOT NULL, 
	expires_on DATE, 
	growing BOOLEAN NOT NULL, 
	evidence INTEGER NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	document_id INTEGER, 
	organisation_id INTEGER, 
	recorded_by_id INTEGER, 
	superseded_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_person_fact PRIMARY KEY (id), 
	CONSTRAINT fk_person_fact_document_id_settlement_document FOREIGN KEY(document_id) REFERENCES settlement_document (id), 
	CONSTRAINT fk_person_fact_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_person_fact_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_person_fact_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE person_opening (
	user_id INTEGER NOT NULL, 
	purpose VARCHAR(120) NOT NULL, 
	ends_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_person_opening PRIMARY KEY (id), 
	CONSTRAINT fk_person_opening_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE place_reservation (
	job_order_id INTEGER NOT NULL, 
	agreement_id INTEGER NOT NULL, 
	places INTEGER NOT NULL, 
	used INTEGER NOT NULL, 
	released_at DATETIME, 
	release_reason VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_place_reservation PRIMARY KEY (id), 
	CONSTRAINT ck_place_reservation_places CHECK (used >= 0 AND used <= places), 
	CONSTRAINT fk_place_reservation_agreement_id_training_agreement FOREIGN KEY(agreement_id) REFERENCES training_agreement (id), 
	CONSTRAINT fk_place_reservation_job_order_id_job_order FOREIGN KEY(job_order_id) REFERENCES job_order (id), 
	CONSTRAINT uq_place_reservation_agreement_id UNIQUE (agreement_id)
)
;;
CREATE TABLE placement (
	order_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	enterprise_id INTEGER NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	run_id INTEGER, 
	score INTEGER, 
	factors JSON NOT NULL, 
	respond_by DATE, 
	answered_at DATETIME, 
	answer_channel VARCHAR(40), 
	decline_reason VARCHAR(40), 
	asked_at DATETIME, 
	answered_by_id INTEGER, 
	told_terms JSON NOT NULL, 
	consented_at DATETIME, 
	consent_withdrawn_at DATETIME, 
	active_digest VARCHAR(64), 
	hired_on DATE, 
	departure_id INTEGER, 
	on_site_on DATE, 
	left_on DATE, 
	leave_reason VARCHAR(40), 
	leave_note VARCHAR(300) NOT NULL, 
	created_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, consent_version INTEGER, 
	CONSTRAINT pk_placement PRIMARY KEY (id), 
	CONSTRAINT fk_placement_answered_by_id_user_account FOREIGN KEY(answered_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_placement_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_placement_departure_id_departure FOREIGN KEY(departure_id) REFERENCES departure (id), 
	CONSTRAINT fk_placement_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_placement_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id), 
	CONSTRAINT fk_placement_run_id_match_run FOREIGN KEY(run_id) REFERENCES match_run (id), 
	CONSTRAINT fk_placement_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_placement_active_digest UNIQUE (active_digest), 
	CONSTRAINT uq_placement_order_id_worker_id_attempt UNIQUE (order_id, worker_id, attempt)
)
;;
CREATE TABLE points_list (
	rule_id INTEGER NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	published_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	published_by_id INTEGER, 
	awarded_at DATETIME, 
	awarded_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_points_list PRIMARY KEY (id), 
	CONSTRAINT fk_points_list_rule_id_settlement_rule FOREIGN KEY(rule_id) REFERENCES settlement_rule (id), 
	CONSTRAINT fk_points_list_published_by_id_user_account FOREIGN KEY(published_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_points_list_awarded_by_id_user_account FOREIGN KEY(awarded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE points_list_note (
	list_id INTEGER NOT NULL, 
	text VARCHAR(300) NOT NULL, 
	noted_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_points_list_note PRIMARY KEY (id), 
	CONSTRAINT fk_points_list_note_list_id_points_list FOREIGN KEY(list_id) REFERENCES points_list (id), 
	CONSTRAINT fk_points_list_note_noted_by_id_user_account FOREIGN KEY(noted_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE points_list_row (
	list_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	number VARCHAR(40) NOT NULL, 
	name VARCHAR(20) NOT NULL, 
	points INTEGER NOT NULL, 
	ranked_by JSON NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_points_list_row PRIMARY KEY (id), 
	CONSTRAINT fk_points_list_row_list_id_points_list FOREIGN KEY(list_id) REFERENCES points_list (id), 
	CONSTRAINT fk_points_list_row_case_id_settlement_case FOREIGN KEY(case_id) REFERENCES settlement_case (id)
)
;;
CREATE TABLE problem (
	worker_id INTEGER NOT NULL, 
	placement_id INTEGER, 
	enterprise_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	township_code VARCHAR(9), 
	city_code VARCHAR(9), 
	kind VARCHAR(40) NOT NULL, 
	words VARCHAR(600) NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	level VARCHAR(40) NOT NULL, 
	level_since DATETIME, 
	due_on DATE NOT NULL, 
	remind_on DATE, 
	owner_id INTEGER, 
	agreed_at DATETIME, 
	inspection_office VARCHAR(100) NOT NULL, 
	inspection_number VARCHAR(60) NOT NULL, 
	tries INTEGER NOT NULL, 
	days_of_tries INTEGER NOT NULL, 
	closed_at DATETIME, 
	closed_words VARCHAR(600) NOT NULL, 
	closed_channel VARCHAR(40), 
	closed_by_id INTEGER, 
	created_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_problem PRIMARY KEY (id), 
	CONSTRAINT fk_problem_closed_by_id_user_account FOREIGN KEY(closed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_problem_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_problem_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_problem_owner_id_user_account FOREIGN KEY(owner_id) REFERENCES user_account (id), 
	CONSTRAINT fk_problem_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_problem_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
)
;;
CREATE TABLE problem_file (
	problem_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	size INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	uploaded_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_problem_file PRIMARY KEY (id), 
	CONSTRAINT fk_problem_file_problem_id_problem FOREIGN KEY(problem_id) REFERENCES problem (id), 
	CONSTRAINT fk_problem_file_uploaded_by_id_user_account FOREIGN KEY(uploaded_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE problem_note (
	problem_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	text VARCHAR(600) NOT NULL, 
	channel VARCHAR(40), 
	by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_problem_note PRIMARY KEY (id), 
	CONSTRAINT fk_problem_note_by_id_user_account FOREIGN KEY(by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_problem_note_problem_id_problem FOREIGN KEY(problem_id) REFERENCES problem (id)
)
;;
CREATE TABLE programme_county (
	area_code VARCHAR(9) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	prefecture_code VARCHAR(9) NOT NULL, 
	poverty_type VARCHAR(40) NOT NULL, 
	helper_city_code VARCHAR(9) NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_programme_county PRIMARY KEY (id)
)
;;
CREATE TABLE proposal_batch (
	cohort_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	rows BLOB NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, content BLOB, 
	CONSTRAINT pk_proposal_batch PRIMARY KEY (id), 
	CONSTRAINT fk_proposal_batch_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_proposal_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE public_notice (
	claim_id INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	rows JSON NOT NULL, 
	withdrawn_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, phone VARCHAR(40) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_public_notice PRIMARY KEY (id), 
	CONSTRAINT fk_public_notice_claim_id_claim FOREIGN KEY(claim_id) REFERENCES claim (id), 
	CONSTRAINT uq_public_notice_token UNIQUE (token)
)
;;
CREATE TABLE recovery (
	id INTEGER NOT NULL, 
	line_id INTEGER NOT NULL, 
	claim_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	scheme VARCHAR(40) NOT NULL, 
	amount_fen INTEGER NOT NULL, 
	ground VARCHAR(40) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	entry_id INTEGER, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_recovery PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_line_id_claim_line FOREIGN KEY(line_id) REFERENCES claim_line (id), 
	CONSTRAINT fk_recovery_claim_id_claim FOREIGN KEY(claim_id) REFERENCES claim (id), 
	CONSTRAINT uq_recovery_entry_id UNIQUE (entry_id), 
	CONSTRAINT fk_recovery_entry_id_ledger_entry FOREIGN KEY(entry_id) REFERENCES ledger_entry (id)
)
;;
CREATE TABLE register_entry (
	register VARCHAR(30) NOT NULL, 
	place_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	village VARCHAR(60) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	partner VARCHAR(120) NOT NULL, 
	owner VARCHAR(60) NOT NULL, 
	owed_by VARCHAR(40), 
	held_on DATE, 
	due_on DATE, 
	done_on DATE, 
	planned_fen BIGINT, 
	amount_fen BIGINT, 
	people INTEGER, 
	households INTEGER, 
	target INTEGER, 
	note VARCHAR(1000) NOT NULL, 
	organisation_id INTEGER, 
	parent_id INTEGER, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	entered_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_register_entry PRIMARY KEY (id), 
	CONSTRAINT fk_register_entry_place_code_area FOREIGN KEY(place_code) REFERENCES area (code), 
	CONSTRAINT fk_register_entry_city_code_area FOREIGN KEY(city_code) REFERENCES area (code), 
	CONSTRAINT fk_register_entry_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_register_entry_parent_id_register_entry FOREIGN KEY(parent_id) REFERENCES register_entry (id), 
	CONSTRAINT fk_register_entry_entered_by_id_user_account FOREIGN KEY(entered_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE report (
	kind VARCHAR(40) NOT NULL, 
	first_on DATE NOT NULL, 
	"on" DATE NOT NULL, 
	helper_code VARCHAR(9) NOT NULL, 
	recipient_code VARCHAR(9) NOT NULL, 
	number INTEGER NOT NULL, 
	drafted_end VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	corrects_id INTEGER, 
	reason VARCHAR(300) NOT NULL, 
	definitions JSON NOT NULL, 
	figures JSON NOT NULL, 
	figures_digest VARCHAR(64) NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	drafted_by_id INTEGER, 
	checked_by_id INTEGER, 
	job_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_report PRIMARY KEY (id), 
	CONSTRAINT ck_report_days CHECK (first_on <= "on"), 
	CONSTRAINT fk_report_checked_by_id_user_account FOREIGN KEY(checked_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_report_corrects_id_report FOREIGN KEY(corrects_id) REFERENCES report (id), 
	CONSTRAINT fk_report_drafted_by_id_user_account FOREIGN KEY(drafted_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_report_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT uq_report_corrects_id UNIQUE (corrects_id), 
	CONSTRAINT uq_report_kind_on_helper_code_recipient_code_number UNIQUE (kind, "on", helper_code, recipient_code, number)
)
;;
CREATE TABLE resident_contact (
	user_id INTEGER NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	county_code VARCHAR(9), 
	city_code VARCHAR(9) NOT NULL, 
	phone BLOB, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	note VARCHAR(200) NOT NULL, 
	assigned_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_resident_contact PRIMARY KEY (id), 
	CONSTRAINT fk_resident_contact_assigned_by_id_user_account FOREIGN KEY(assigned_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_resident_contact_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_resident_contact_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE result_batch (
	cohort_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	held_on DATE, 
	rows BLOB NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, content BLOB, 
	CONSTRAINT pk_result_batch PRIMARY KEY (id), 
	CONSTRAINT fk_result_batch_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_result_batch_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_result_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE retained_identity (
	worker_id INTEGER NOT NULL, 
	kept VARCHAR(40) NOT NULL, 
	sealed BLOB NOT NULL, 
	keep_until DATE NOT NULL, 
	law VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_retained_identity PRIMARY KEY (id), 
	CONSTRAINT fk_retained_identity_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_retained_identity_worker_id UNIQUE (worker_id)
)
;;
CREATE TABLE return_answer (
	round_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	placement_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	goes_home BOOLEAN, 
	leaves_on DATE, 
	seat_home BOOLEAN, 
	comes_back BOOLEAN, 
	back_on DATE, 
	seat_back BOOLEAN, 
	note VARCHAR(200) NOT NULL, 
	answered_at DATETIME, 
	answered_by_id INTEGER, 
	channel VARCHAR(40), 
	came_back_on DATE, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_return_answer PRIMARY KEY (id), 
	CONSTRAINT fk_return_answer_round_id_return_round FOREIGN KEY(round_id) REFERENCES return_round (id), 
	CONSTRAINT fk_return_answer_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_return_answer_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_return_answer_answered_by_id_user_account FOREIGN KEY(answered_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_return_answer_round_id_worker_id UNIQUE (round_id, worker_id)
)
;;
CREATE TABLE return_batch (
	county_code VARCHAR(9) NOT NULL, 
	round_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_return_batch PRIMARY KEY (id), 
	CONSTRAINT fk_return_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_return_batch_round_id_return_round FOREIGN KEY(round_id) REFERENCES return_round (id)
)
;;
CREATE TABLE return_round (
	county_code VARCHAR(9) NOT NULL, 
	year INTEGER NOT NULL, 
	home_from DATE NOT NULL, 
	back_by DATE NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	created_by_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_return_round PRIMARY KEY (id), 
	CONSTRAINT fk_return_round_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_return_round_county_code_year UNIQUE (county_code, year)
)
;;
CREATE TABLE role_grant (
	user_id INTEGER NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	area_code VARCHAR(9), 
	organisation_id INTEGER, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	revoked_at DATETIME, 
	granted_by_id INTEGER, 
	reason VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_role_grant PRIMARY KEY (id), 
	CONSTRAINT ck_role_grant_not_to_self CHECK (granted_by_id IS NULL OR granted_by_id <> user_id), 
	CONSTRAINT fk_role_grant_area_code_area FOREIGN KEY(area_code) REFERENCES area (code), 
	CONSTRAINT fk_role_grant_granted_by_id_user_account FOREIGN KEY(granted_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_role_grant_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_role_grant_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE roster_batch (
	source VARCHAR(40) NOT NULL, 
	month DATE NOT NULL, 
	enterprise_id INTEGER, 
	county_code VARCHAR(9), 
	city_code VARCHAR(9), 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_roster_batch PRIMARY KEY (id), 
	CONSTRAINT fk_roster_batch_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_roster_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE roster_line (
	roster_id INTEGER NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	month DATE NOT NULL, 
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER, 
	employer_name VARCHAR(100) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	spell_id INTEGER, 
	presence VARCHAR(40) NOT NULL, 
	wage_fen INTEGER, 
	told_fen INTEGER, 
	is_insured BOOLEAN, 
	days INTEGER, 
	left_on DATE, 
	leave_reason VARCHAR(40), 
	note VARCHAR(200) NOT NULL, 
	is_new BOOLEAN NOT NULL, 
	verified_at DATETIME, 
	verified_by_id INTEGER, 
	refused_at DATETIME, 
	verdict_note VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_roster_line PRIMARY KEY (id), 
	CONSTRAINT fk_roster_line_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_roster_line_roster_id_monthly_roster FOREIGN KEY(roster_id) REFERENCES monthly_roster (id), 
	CONSTRAINT fk_roster_line_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id) ON DELETE SET NULL, 
	CONSTRAINT fk_roster_line_verified_by_id_user_account FOREIGN KEY(verified_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_roster_line_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_roster_line_roster_id_worker_id_employer_name UNIQUE (roster_id, worker_id, employer_name)
)
;;
CREATE TABLE round_call (
	round VARCHAR(40) NOT NULL, 
	worker_id INTEGER NOT NULL, 
	subject_id INTEGER NOT NULL, 
	holder_id INTEGER, 
	held_until DATETIME, 
	purpose VARCHAR(100) NOT NULL, 
	tries INTEGER NOT NULL, 
	retry_at DATETIME, 
	reached_at DATETIME, 
	settled JSON NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_round_call PRIMARY KEY (id), 
	CONSTRAINT fk_round_call_holder_id_user_account FOREIGN KEY(holder_id) REFERENCES user_account (id), 
	CONSTRAINT fk_round_call_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_round_call_round_worker_id_subject_id UNIQUE (round, worker_id, subject_id)
)
;;
CREATE TABLE saved_list (
	user_id INTEGER NOT NULL, 
	listing VARCHAR(60) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	asked BLOB NOT NULL, 
	hidden JSON NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_saved_list PRIMARY KEY (id), 
	CONSTRAINT fk_saved_list_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_saved_list_user_id_listing_name UNIQUE (user_id, listing, name)
)
;;
CREATE TABLE score_card (
	name VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	months INTEGER NOT NULL, 
	points JSON NOT NULL, 
	report JSON NOT NULL, 
	verdict VARCHAR(40), 
	champion_id INTEGER, 
	champion_name VARCHAR(40) NOT NULL, 
	slot VARCHAR(10), 
	is_synthetic BOOLEAN NOT NULL, 
	created_by_id INTEGER, 
	job_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_score_card PRIMARY KEY (id), 
	CONSTRAINT fk_score_card_champion_id_score_card FOREIGN KEY(champion_id) REFERENCES score_card (id), 
	CONSTRAINT fk_score_card_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_score_card_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT uq_score_card_name UNIQUE (name), 
	CONSTRAINT uq_score_card_slot UNIQUE (slot)
)
;;
CREATE TABLE settlement_case (
	worker_id INTEGER NOT NULL, 
	rule_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	number VARCHAR(40), 
	active_digest VARCHAR(64), 
	notice_read_at DATETIME, 
	applied_on DATE, 
	due_on DATE, 
	priority_basis VARCHAR(200) NOT NULL, 
	priority_by_id INTEGER, 
	evaluation JSON NOT NULL, 
	points INTEGER, 
	quota_id INTEGER, 
	notice_ends_on DATE, 
	reviewed_by_id INTEGER, 
	decided_on DATE, 
	decided_by_id INTEGER, 
	decision_reason VARCHAR(600) NOT NULL, 
	permit_number VARCHAR(40) NOT NULL, 
	permitted_on DATE, 
	moved_out_on DATE, 
	settled_on DATE, 
	created_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_settlement_case PRIMARY KEY (id), 
	CONSTRAINT fk_settlement_case_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_case_decided_by_id_user_account FOREIGN KEY(decided_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_case_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_settlement_case_priority_by_id_user_account FOREIGN KEY(priority_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_case_quota_id_settlement_quota FOREIGN KEY(quota_id) REFERENCES settlement_quota (id), 
	CONSTRAINT fk_settlement_case_reviewed_by_id_user_account FOREIGN KEY(reviewed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_case_rule_id_settlement_rule FOREIGN KEY(rule_id) REFERENCES settlement_rule (id), 
	CONSTRAINT fk_settlement_case_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_settlement_case_active_digest UNIQUE (active_digest), 
	CONSTRAINT uq_settlement_case_number UNIQUE (number)
)
;;
CREATE TABLE "settlement_document" (
	worker_id INTEGER NOT NULL, 
	case_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	organisation_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	media_type VARCHAR(40) NOT NULL, 
	size INTEGER NOT NULL, 
	pages INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB, 
	valid_until DATE, 
	refused_reason VARCHAR(300) NOT NULL, 
	judged_by_id INTEGER, 
	judged_at DATETIME, 
	uploaded_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	reused_from_id INTEGER, 
	CONSTRAINT pk_settlement_document PRIMARY KEY (id), 
	CONSTRAINT fk_settlement_document_judged_by_id_user_account FOREIGN KEY(judged_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_document_uploaded_by_id_user_account FOREIGN KEY(uploaded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_document_case_id_settlement_case FOREIGN KEY(case_id) REFERENCES settlement_case (id), 
	CONSTRAINT fk_settlement_document_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT fk_settlement_document_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_settlement_document_reused_from_id_settlement_document FOREIGN KEY(reused_from_id) REFERENCES settlement_document (id)
)
;;
CREATE TABLE settlement_follow_up (
	case_id INTEGER NOT NULL, 
	days INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	still_there BOOLEAN, 
	school_places BOOLEAN, 
	insurance_moved BOOLEAN, 
	trouble VARCHAR(400) NOT NULL, 
	recorded_at DATETIME, 
	recorded_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_settlement_follow_up PRIMARY KEY (id), 
	CONSTRAINT ck_settlement_follow_up_days CHECK (days IN (90, 180, 365)), 
	CONSTRAINT fk_settlement_follow_up_case_id_settlement_case FOREIGN KEY(case_id) REFERENCES settlement_case (id), 
	CONSTRAINT fk_settlement_follow_up_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_settlement_follow_up_case_id_days UNIQUE (case_id, days)
)
;;
CREATE TABLE settlement_outlook (
	worker_id INTEGER NOT NULL, 
	rule_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	verdict VARCHAR(10) NOT NULL, 
	missing JSON NOT NULL, 
	meets_on DATE, 
	became_on DATE, 
	evaluated_on DATE NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_settlement_outlook PRIMARY KEY (id), 
	CONSTRAINT fk_settlement_outlook_rule_id_settlement_rule FOREIGN KEY(rule_id) REFERENCES settlement_rule (id), 
	CONSTRAINT fk_settlement_outlook_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_settlement_outlook_worker_id_rule_id_city_code UNIQUE (worker_id, rule_id, city_code)
)
;;
CREATE TABLE settlement_quota (
	city_code VARCHAR(9) NOT NULL, 
	route VARCHAR(60) NOT NULL, 
	year INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	used INTEGER NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, note VARCHAR(200) DEFAULT '' NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, valid_to DATE, valid_from DATE DEFAULT '2000-01-01' NOT NULL, 
	CONSTRAINT pk_settlement_quota PRIMARY KEY (id), 
	CONSTRAINT ck_settlement_quota_places CHECK (used >= 0 AND used <= total), 
	CONSTRAINT uq_settlement_quota_city_code_route_year UNIQUE (city_code, route, year)
)
;;
CREATE TABLE settlement_rule (
	city_code VARCHAR(9) NOT NULL, 
	route VARCHAR(60) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	version_number INTEGER NOT NULL, 
	version_name VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	document VARCHAR(200) NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	conditions JSON NOT NULL, 
	points JSON NOT NULL, 
	ranking JSON NOT NULL, 
	ranking_text VARCHAR(200) NOT NULL, 
	priority_orders BOOLEAN NOT NULL, 
	working_days INTEGER, 
	notice_days INTEGER, 
	note VARCHAR(400) NOT NULL, 
	confidence VARCHAR(20) NOT NULL, 
	verified_on DATE, 
	verified_document VARCHAR(200) NOT NULL, 
	verified_by_id INTEGER, 
	base_id INTEGER, 
	effect JSON, 
	created_by_id INTEGER, 
	proposed_by_id INTEGER, 
	released_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_settlement_rule PRIMARY KEY (id), 
	CONSTRAINT fk_settlement_rule_base_id_settlement_rule FOREIGN KEY(base_id) REFERENCES settlement_rule (id), 
	CONSTRAINT fk_settlement_rule_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_rule_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_rule_released_by_id_user_account FOREIGN KEY(released_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_settlement_rule_verified_by_id_user_account FOREIGN KEY(verified_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_settlement_rule_city_code_route_version_number UNIQUE (city_code, route, version_number)
)
;;
CREATE TABLE sign_in_counter (
	name_digest VARCHAR(64) NOT NULL, 
	place VARCHAR(64) NOT NULL, 
	user_id INTEGER, 
	failures INTEGER NOT NULL, 
	first_failed_at DATETIME, 
	locked_until DATETIME, 
	succeeded_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_in_counter PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_counter_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT uq_sign_in_counter_name_digest_place UNIQUE (name_digest, place)
)
;;
CREATE TABLE skill (
	name VARCHAR(60) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	synonyms JSON NOT NULL, 
	licence_required BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, confidence VARCHAR(40), basis VARCHAR(40), checked_on DATE, entered BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_skill PRIMARY KEY (id), 
	CONSTRAINT uq_skill_name UNIQUE (name)
)
;;
CREATE TABLE spell_batch (
	county_code VARCHAR(9) NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_spell_batch PRIMARY KEY (id), 
	CONSTRAINT fk_spell_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE "spell_evidence" (
	spell_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	level INTEGER NOT NULL, 
	teller VARCHAR(40) NOT NULL, 
	shown_on DATE NOT NULL, 
	month DATE, 
	wage_fen INTEGER, 
	days INTEGER, 
	says_left BOOLEAN NOT NULL, 
	note VARCHAR(300) NOT NULL, 
	follow_up_id INTEGER, 
	recorded_by_id INTEGER, 
	verified_at DATETIME, 
	verified_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	import_row_id INTEGER, 
	CONSTRAINT pk_spell_evidence PRIMARY KEY (id), 
	CONSTRAINT fk_spell_evidence_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id), 
	CONSTRAINT fk_spell_evidence_follow_up_id_follow_up FOREIGN KEY(follow_up_id) REFERENCES follow_up (id), 
	CONSTRAINT uq_spell_evidence_follow_up_id UNIQUE (follow_up_id), 
	CONSTRAINT fk_spell_evidence_verified_by_id_user_account FOREIGN KEY(verified_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_spell_evidence_recorded_by_id_user_account FOREIGN KEY(recorded_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_spell_evidence_import_row_id_import_row FOREIGN KEY(import_row_id) REFERENCES import_row (id) ON DELETE SET NULL
)
;;
CREATE TABLE standard_decision (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	cohort_id INTEGER NOT NULL, 
	enrolment_id INTEGER, 
	county_code VARCHAR(9) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	allowed BOOLEAN NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	decided_by_id INTEGER NOT NULL, 
	decided_by_name VARCHAR(60) NOT NULL, 
	CONSTRAINT pk_standard_decision PRIMARY KEY (id), 
	CONSTRAINT fk_standard_decision_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_standard_decision_enrolment_id_enrolment FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_standard_decision_decided_by_id_user_account FOREIGN KEY(decided_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE staying_sum (
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	arrived INTEGER NOT NULL, 
	"left" INTEGER NOT NULL, 
	left_in_first_month INTEGER NOT NULL, 
	not_arrived INTEGER NOT NULL, 
	due3 INTEGER NOT NULL, 
	known3 INTEGER NOT NULL, 
	stayed3 INTEGER NOT NULL, 
	due6 INTEGER NOT NULL, 
	known6 INTEGER NOT NULL, 
	stayed6 INTEGER NOT NULL, 
	reasons JSON NOT NULL, 
	promises JSON NOT NULL, 
	cards JSON NOT NULL, 
	computed_on DATE NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_staying_sum PRIMARY KEY (id), 
	CONSTRAINT fk_staying_sum_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id)
)
;;
CREATE TABLE "staying_summary" (
	order_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	arrived INTEGER NOT NULL, 
	"left" INTEGER NOT NULL, 
	left_in_first_month INTEGER NOT NULL, 
	not_arrived INTEGER NOT NULL, 
	due3 INTEGER NOT NULL, 
	known3 INTEGER NOT NULL, 
	stayed3 INTEGER NOT NULL, 
	due6 INTEGER NOT NULL, 
	known6 INTEGER NOT NULL, 
	stayed6 INTEGER NOT NULL, 
	reasons JSON NOT NULL, 
	promises JSON NOT NULL, 
	computed_on DATE NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	cards JSON NOT NULL, 
	CONSTRAINT pk_staying_summary PRIMARY KEY (id), 
	CONSTRAINT fk_staying_summary_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_staying_summary_order_id_job_order FOREIGN KEY(order_id) REFERENCES job_order (id), 
	CONSTRAINT uq_staying_summary_order_id_county_code UNIQUE (order_id, county_code)
)
;;
CREATE TABLE summary (
	counted_at DATETIME NOT NULL, 
	counted_on DATE NOT NULL, 
	last_event INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_summary PRIMARY KEY (id)
)
;;
CREATE TABLE summary_figure (
	home_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	figure VARCHAR(40) NOT NULL, 
	detail VARCHAR(40) NOT NULL, 
	persons INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_summary_figure PRIMARY KEY (id)
)
;;
CREATE TABLE supplement_signature (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	supplement_id INTEGER NOT NULL, 
	party VARCHAR(40) NOT NULL, 
	signed_at DATETIME, 
	signed_by_id INTEGER, 
	signed_name VARCHAR(60) NOT NULL, 
	CONSTRAINT pk_supplement_signature PRIMARY KEY (id), 
	CONSTRAINT fk_supplement_signature_supplement_id_agreement_supplement FOREIGN KEY(supplement_id) REFERENCES agreement_supplement (id), 
	CONSTRAINT fk_supplement_signature_signed_by_id_user_account FOREIGN KEY(signed_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_supplement_signature_supplement_id_party UNIQUE (supplement_id, party)
)
;;
CREATE TABLE target_category (
	name VARCHAR(40) NOT NULL, 
	use VARCHAR(40) NOT NULL, 
	counts BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	confidence VARCHAR(40), 
	basis VARCHAR(40), 
	checked_on DATE, 
	entered BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_target_category PRIMARY KEY (id)
)
;;
CREATE TABLE text_message (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	message_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	turn INTEGER NOT NULL, 
	public_id VARCHAR(32) NOT NULL, 
	stage VARCHAR(40) NOT NULL, 
	why VARCHAR(40), 
	phone_digest VARCHAR(64) NOT NULL, 
	claimed_until DATETIME, 
	tries INTEGER NOT NULL, 
	gateway VARCHAR(20) NOT NULL, 
	handed_over_at DATETIME, 
	receipt_at DATETIME, 
	settled_at DATETIME, 
	CONSTRAINT pk_text_message PRIMARY KEY (id), 
	CONSTRAINT fk_text_message_message_id_message FOREIGN KEY(message_id) REFERENCES message (id), 
	CONSTRAINT fk_text_message_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_text_message_message_id_turn UNIQUE (message_id, turn), 
	CONSTRAINT uq_text_message_public_id UNIQUE (public_id)
)
;;
CREATE TABLE timetable_batch (
	cohort_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	rows BLOB NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, content BLOB, 
	CONSTRAINT pk_timetable_batch PRIMARY KEY (id), 
	CONSTRAINT fk_timetable_batch_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id), 
	CONSTRAINT fk_timetable_batch_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_timetable_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE told_figure (
	"key" VARCHAR(40) NOT NULL, 
	helper_code VARCHAR(9) NOT NULL, 
	recipient_code VARCHAR(9) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	"on" DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	document VARCHAR(160) NOT NULL, 
	pages INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	told_by_id INTEGER, 
	withdrawn_on DATE, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_told_figure PRIMARY KEY (id), 
	CONSTRAINT ck_told_figure_amount CHECK (amount >= 0), 
	CONSTRAINT fk_told_figure_told_by_id_user_account FOREIGN KEY(told_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE training_agreement (
	order_id INTEGER NOT NULL, 
	number VARCHAR(40) NOT NULL, 
	enterprise_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	terms JSON NOT NULL, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_training_agreement PRIMARY KEY (id), 
	CONSTRAINT fk_training_agreement_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_training_agreement_order_id_training_order FOREIGN KEY(order_id) REFERENCES training_order (id), 
	CONSTRAINT fk_training_agreement_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT uq_training_agreement_number UNIQUE (number)
)
;;
CREATE TABLE training_bid (
	order_id INTEGER NOT NULL, 
	school_id INTEGER NOT NULL, 
	price_fen INTEGER NOT NULL, 
	periods INTEGER NOT NULL, 
	starts_on DATE NOT NULL, 
	place VARCHAR(100) NOT NULL, 
	"plan" VARCHAR(2000) NOT NULL, 
	chosen_at DATETIME, 
	withdrawn_at DATETIME, 
	created_by_id INTEGER, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_training_bid PRIMARY KEY (id), 
	CONSTRAINT fk_training_bid_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_training_bid_order_id_training_order FOREIGN KEY(order_id) REFERENCES training_order (id), 
	CONSTRAINT fk_training_bid_school_id_organisation FOREIGN KEY(school_id) REFERENCES organisation (id), 
	CONSTRAINT uq_training_bid_order_id_school_id UNIQUE (order_id, school_id)
)
;;
CREATE TABLE training_order (
	enterprise_id INTEGER NOT NULL, 
	job_order_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	city_code VARCHAR(9) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	occupation_code VARCHAR(20) NOT NULL, 
	occupation_name VARCHAR(60) NOT NULL, 
	skill VARCHAR(60) NOT NULL, 
	level VARCHAR(40) NOT NULL, 
	certificate VARCHAR(80) NOT NULL, 
	headcount INTEGER NOT NULL, 
	ready_by DATE NOT NULL, 
	wage_floor_fen INTEGER NOT NULL, 
	hire_share_percent INTEGER NOT NULL, 
	note VARCHAR(1000) NOT NULL, 
	asked_school_id INTEGER, 
	created_by_id INTEGER, 
	is_synthetic BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_training_order PRIMARY KEY (id), 
	CONSTRAINT ck_training_order_headcount CHECK (headcount > 0), 
	CONSTRAINT fk_training_order_asked_school_id_organisation FOREIGN KEY(asked_school_id) REFERENCES organisation (id), 
	CONSTRAINT fk_training_order_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_training_order_enterprise_id_organisation FOREIGN KEY(enterprise_id) REFERENCES organisation (id), 
	CONSTRAINT fk_training_order_job_order_id_job_order FOREIGN KEY(job_order_id) REFERENCES job_order (id)
)
;;
CREATE TABLE "training_standard" (
	area_code VARCHAR(9) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	level VARCHAR(40), 
	occupation_code VARCHAR(20) NOT NULL, 
	value INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	note VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	confidence VARCHAR(40), 
	basis VARCHAR(40), 
	checked_on DATE, 
	entered BOOLEAN DEFAULT 0 NOT NULL, 
	state VARCHAR(40) DEFAULT 'live' NOT NULL, 
	state_since DATETIME, 
	effect JSON, 
	base_id INTEGER, 
	created_by_id INTEGER, 
	proposed_by_id INTEGER, 
	released_by_id INTEGER, 
	CONSTRAINT pk_training_standard PRIMARY KEY (id), 
	CONSTRAINT fk_training_standard_base_id_training_standard FOREIGN KEY(base_id) REFERENCES training_standard (id), 
	CONSTRAINT fk_training_standard_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_training_standard_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_training_standard_released_by_id_user_account FOREIGN KEY(released_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE treasury_batch (
	county_code VARCHAR(9) NOT NULL, 
	user_id INTEGER NOT NULL, 
	filename VARCHAR(200) NOT NULL, 
	good INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed_at DATETIME, 
	version INTEGER NOT NULL, 
	rows BLOB NOT NULL, 
	content BLOB, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_treasury_batch PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_batch_county_code_area FOREIGN KEY(county_code) REFERENCES area (code), 
	CONSTRAINT fk_treasury_batch_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE treasury_line (
	county_code VARCHAR(9) NOT NULL, 
	paid_on DATE NOT NULL, 
	voucher VARCHAR(60) NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	batch_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_treasury_line PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_line_batch_id_treasury_batch FOREIGN KEY(batch_id) REFERENCES treasury_batch (id), 
	CONSTRAINT fk_treasury_line_county_code_area FOREIGN KEY(county_code) REFERENCES area (code), 
	CONSTRAINT uq_treasury_line_county_code_voucher UNIQUE (county_code, voucher)
)
;;
CREATE TABLE "user_account" (
	username VARCHAR(60) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	password_hash VARCHAR(200) NOT NULL, 
	must_change_password BOOLEAN NOT NULL, 
	totp_secret BLOB, 
	totp_last_step INTEGER NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	worker_id INTEGER, 
	locale VARCHAR(5) NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_user_account PRIMARY KEY (id), 
	CONSTRAINT fk_user_account_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_user_account_username UNIQUE (username), 
	CONSTRAINT uq_user_account_worker_id UNIQUE (worker_id)
)
;;
CREATE TABLE warning_call (
	placement_id INTEGER NOT NULL, 
	called_at DATETIME NOT NULL, 
	reached BOOLEAN NOT NULL, 
	note VARCHAR(300) NOT NULL, 
	signals JSON NOT NULL, 
	called_by_id INTEGER, 
	problem_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_warning_call PRIMARY KEY (id), 
	CONSTRAINT fk_warning_call_called_by_id_user_account FOREIGN KEY(called_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_warning_call_placement_id_placement FOREIGN KEY(placement_id) REFERENCES placement (id), 
	CONSTRAINT fk_warning_call_problem_id_problem FOREIGN KEY(problem_id) REFERENCES problem (id)
)
;;
CREATE TABLE watched_act (
	event_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	tag VARCHAR(40) NOT NULL, 
	doer_id INTEGER, 
	target_id INTEGER, 
	looked_at DATETIME, 
	looked_by_id INTEGER, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_watched_act PRIMARY KEY (id), 
	CONSTRAINT fk_watched_act_looked_by_id_user_account FOREIGN KEY(looked_by_id) REFERENCES user_account (id), 
	CONSTRAINT uq_watched_act_event_id UNIQUE (event_id)
)
;;
CREATE TABLE webhook (
	user_id INTEGER NOT NULL, 
	url VARCHAR(300) NOT NULL, 
	kinds JSON NOT NULL, 
	secret BLOB NOT NULL, 
	told_up_to INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	problem VARCHAR(80) NOT NULL, 
	tried_again_at DATETIME, 
	told_at DATETIME, 
	stopped_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_webhook PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE wish_word (
	word VARCHAR(40) NOT NULL, 
	unit VARCHAR(24) NOT NULL, 
	meaning VARCHAR(40) NOT NULL, 
	amount_yuan INTEGER, 
	user_id INTEGER NOT NULL, 
	said_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, 
	filled JSON NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_wish_word PRIMARY KEY (id), 
	CONSTRAINT fk_wish_word_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE TABLE work_subsidy_line (
	list_id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	spell_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	amount_fen INTEGER NOT NULL, 
	payment_key VARCHAR(100), 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_work_subsidy_line PRIMARY KEY (id), 
	CONSTRAINT fk_work_subsidy_line_list_id_work_subsidy_list FOREIGN KEY(list_id) REFERENCES work_subsidy_list (id), 
	CONSTRAINT fk_work_subsidy_line_spell_id_employment_spell FOREIGN KEY(spell_id) REFERENCES employment_spell (id), 
	CONSTRAINT fk_work_subsidy_line_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id), 
	CONSTRAINT uq_work_subsidy_line_payment_key UNIQUE (payment_key)
)
;;
CREATE TABLE work_subsidy_list (
	rule_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	year INTEGER NOT NULL, 
	listed_on DATE NOT NULL, 
	people INTEGER NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	paid_on DATE, 
	voucher VARCHAR(60) NOT NULL, 
	proposed_by_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_work_subsidy_list PRIMARY KEY (id), 
	CONSTRAINT fk_work_subsidy_list_proposed_by_id_user_account FOREIGN KEY(proposed_by_id) REFERENCES user_account (id), 
	CONSTRAINT fk_work_subsidy_list_rule_id_work_subsidy_rule FOREIGN KEY(rule_id) REFERENCES work_subsidy_rule (id)
)
;;
CREATE TABLE work_subsidy_recovery (
	line_id INTEGER NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	amount_fen INTEGER NOT NULL, 
	ground VARCHAR(40) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	returned_on DATE, 
	voucher VARCHAR(60) NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_work_subsidy_recovery PRIMARY KEY (id), 
	CONSTRAINT fk_work_subsidy_recovery_line_id_work_subsidy_line FOREIGN KEY(line_id) REFERENCES work_subsidy_line (id)
)
;;
CREATE TABLE work_subsidy_rule (
	county_code VARCHAR(9) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	months INTEGER NOT NULL, 
	least_evidence INTEGER NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	source VARCHAR(200) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	entered_by_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_work_subsidy_rule PRIMARY KEY (id), 
	CONSTRAINT fk_work_subsidy_rule_county_code_area FOREIGN KEY(county_code) REFERENCES area (code), 
	CONSTRAINT fk_work_subsidy_rule_entered_by_id_user_account FOREIGN KEY(entered_by_id) REFERENCES user_account (id)
)
;;
CREATE TABLE worker (
	household_id INTEGER, 
	person_code VARCHAR(20) NOT NULL, 
	county_code VARCHAR(9) NOT NULL, 
	township VARCHAR(40) NOT NULL, 
	township_code VARCHAR(9), 
	village VARCHAR(40) NOT NULL, 
	hamlet VARCHAR(40) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	id_number BLOB, 
	id_digest VARCHAR(64) NOT NULL, 
	id_last4 VARCHAR(4) NOT NULL, 
	birth_date DATE NOT NULL, 
	sex VARCHAR(1) NOT NULL, 
	disability VARCHAR(10) NOT NULL, 
	ethnicity VARCHAR(20) NOT NULL, 
	relation VARCHAR(20) NOT NULL, 
	education_text VARCHAR(20) NOT NULL, 
	education INTEGER, 
	school_status VARCHAR(20) NOT NULL, 
	health_text VARCHAR(40) NOT NULL, 
	health INTEGER, 
	labour_capacity VARCHAR(20) NOT NULL, 
	months_away INTEGER, 
	work_status VARCHAR(20) NOT NULL, 
	work_place VARCHAR(60) NOT NULL, 
	work_employer VARCHAR(100) NOT NULL, 
	phone BLOB, 
	phone_digest VARCHAR(64), 
	phone_last4 VARCHAR(4) NOT NULL, 
	willing BOOLEAN, 
	wishes JSON NOT NULL, 
	skills JSON NOT NULL, 
	certificates JSON NOT NULL, 
	experience VARCHAR(400) NOT NULL, 
	cities JSON NOT NULL, 
	wage_floor_yuan INTEGER, 
	night_shift BOOLEAN, 
	standing_work BOOLEAN, 
	mandarin INTEGER, 
	companions VARCHAR(100) NOT NULL, 
	care_duties VARCHAR(100) NOT NULL, 
	dormitory_needed BOOLEAN, 
	couple_room_needed BOOLEAN, 
	available_on DATE, 
	note VARCHAR(300) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	state_since DATETIME, 
	merged_into_id INTEGER, 
	erased_at DATETIME, 
	is_synthetic BOOLEAN NOT NULL, 
	updated_at DATETIME, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, phones BLOB, registered_poor BOOLEAN, is_lifted BOOLEAN, lifted_year INTEGER, monitored_on DATE, risk_cleared BOOLEAN, risk_cleared_on DATE, relocated BOOLEAN, retired_fisher BOOLEAN, monitored_type VARCHAR(20) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_worker PRIMARY KEY (id), 
	CONSTRAINT fk_worker_household_id_household FOREIGN KEY(household_id) REFERENCES household (id), 
	CONSTRAINT fk_worker_merged_into_id_worker FOREIGN KEY(merged_into_id) REFERENCES worker (id), 
	CONSTRAINT uq_worker_id_digest UNIQUE (id_digest)
)
;;
CREATE TABLE worker_change (
	id INTEGER NOT NULL, 
	worker_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_worker_change PRIMARY KEY (id)
)
;;
CREATE TABLE worker_export (
	user_id INTEGER NOT NULL, 
	job_id INTEGER, 
	purpose VARCHAR(200) NOT NULL, 
	filters JSON NOT NULL, 
	rows INTEGER, 
	content BLOB, 
	ready_at DATETIME, 
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_worker_export PRIMARY KEY (id), 
	CONSTRAINT fk_worker_export_job_id_job FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_worker_export_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
)
;;
CREATE INDEX ix_account_request_asked_by_id ON account_request (asked_by_id)
;;
CREATE INDEX ix_account_request_organisation_id ON account_request (organisation_id)
;;
CREATE INDEX ix_account_request_state ON account_request (state, due_on, id)
;;
CREATE INDEX ix_account_request_user_id ON account_request (user_id)
;;
CREATE INDEX ix_account_slip_worker_id ON account_slip (worker_id)
;;
CREATE INDEX ix_agreement_breach_agreement_id ON agreement_breach (agreement_id)
;;
CREATE INDEX ix_agreement_breach_enrolment_id ON agreement_breach (enrolment_id)
;;
CREATE INDEX ix_agreement_signature_agreement_id ON agreement_signature (agreement_id)
;;
CREATE INDEX ix_agreement_supplement_agreement_id ON agreement_supplement (agreement_id)
;;
CREATE INDEX ix_api_receipt_token_id ON api_receipt (token_id)
;;
CREATE INDEX ix_api_token_user_id ON api_token (user_id)
;;
CREATE INDEX ix_area_level ON area (level)
;;
CREATE INDEX ix_area_parent_code ON area (parent_code)
;;
CREATE INDEX ix_area_prefecture_code ON area (prefecture_code)
;;
CREATE INDEX ix_area_programme_code ON area (programme_code)
;;
CREATE INDEX ix_arrival_batch_id ON arrival (batch_id)
;;
CREATE INDEX ix_asking_batch_county_code ON asking_batch (county_code)
;;
CREATE INDEX ix_asking_batch_township_code ON asking_batch (township_code)
;;
CREATE INDEX ix_attendance_device ON attendance (lesson_id, device)
;;
CREATE INDEX ix_attendance_enrolment_id ON attendance (enrolment_id)
;;
CREATE INDEX ix_audit_event_actor_id ON audit_event (actor_id)
;;
CREATE INDEX ix_audit_event_subject ON audit_event (subject)
;;
CREATE INDEX ix_audit_event_tag ON audit_event (tag)
;;
CREATE INDEX ix_bulk_act_user_id ON bulk_act (user_id)
;;
CREATE INDEX ix_bulk_change_act_id ON bulk_change (act_id)
;;
CREATE INDEX ix_card_acknowledgement_placement_id ON card_acknowledgement (placement_id)
;;
CREATE INDEX ix_card_acknowledgement_worker_id ON card_acknowledgement (worker_id)
;;
CREATE INDEX ix_care_assigned ON care (assigned_to_id, kind, subject_id)
;;
CREATE INDEX ix_care_note_care_id ON care_note (care_id)
;;
CREATE INDEX ix_care_remind ON care (remind_for_id, remind_on)
;;
CREATE INDEX ix_case_step_case_id ON case_step (case_id)
;;
CREATE INDEX ix_case_step_state ON case_step (state, left_at)
;;
CREATE INDEX ix_certificate_cohort_id ON certificate (cohort_id)
;;
CREATE INDEX ix_certificate_county_id ON certificate (county_code, id)
;;
CREATE INDEX ix_certificate_enrolment_id ON certificate (enrolment_id)
;;
CREATE INDEX ix_certificate_profile_expiry ON certificate (in_profile, expires_on)
;;
CREATE INDEX ix_certificate_school_id ON certificate (school_id)
;;
CREATE INDEX ix_certificate_worker ON certificate (worker_id, id)
;;
CREATE INDEX ix_claim_account_digest ON claim (account_digest)
;;
CREATE INDEX ix_claim_city_code ON claim (city_code)
;;
CREATE INDEX ix_claim_county ON claim (county_code, id)
;;
CREATE INDEX ix_claim_line_claim_id ON claim_line (claim_id)
;;
CREATE INDEX ix_claim_line_enrolment_id ON claim_line (enrolment_id)
;;
CREATE INDEX ix_claim_paper_claim_id ON claim_paper (claim_id)
;;
CREATE INDEX ix_claim_school_id ON claim (school_id)
;;
CREATE INDEX ix_code_item_list_name ON code_item (list_name)
;;
CREATE INDEX ix_cohort_agreement_id ON cohort (agreement_id)
;;
CREATE INDEX ix_cohort_city_state ON cohort (city_code, state, id)
;;
CREATE INDEX ix_cohort_county_state ON cohort (county_code, state, id)
;;
CREATE INDEX ix_cohort_enterprise_id ON cohort (enterprise_id)
;;
CREATE INDEX ix_cohort_school_state ON cohort (school_id, state, id)
;;
CREATE INDEX ix_cohort_state ON cohort (state, id)
;;
CREATE INDEX ix_consent_placement_id ON consent (placement_id)
;;
CREATE INDEX ix_consent_worker_id ON consent (worker_id)
;;
CREATE INDEX ix_contact_visit_contact_id ON contact_visit (contact_id)
;;
CREATE INDEX ix_deadline_name ON deadline (name)
;;
CREATE INDEX ix_departure_county_code ON departure (county_code)
;;
CREATE INDEX ix_difference_changed_spell_id ON difference (changed_spell_id)
;;
CREATE INDEX ix_difference_city_open ON difference (city_code, closed_on, due_on, id)
;;
CREATE INDEX ix_difference_closed ON difference (closed_on)
;;
CREATE INDEX ix_difference_county_open ON difference (county_code, closed_on, due_on, id)
;;
CREATE INDEX ix_difference_enterprise_id ON difference (enterprise_id)
;;
CREATE INDEX ix_difference_opened ON difference (opened_on)
;;
CREATE INDEX ix_difference_spell_id ON difference (spell_id)
;;
CREATE INDEX ix_difference_subject_key ON difference (subject_key)
;;
CREATE INDEX ix_difference_worker_id ON difference (worker_id)
;;
CREATE INDEX ix_duplicate_county_code ON duplicate (county_code)
;;
CREATE INDEX ix_duplicate_other_id ON duplicate (other_id)
;;
CREATE INDEX ix_duty_city_state ON duty (city_code, state, due_on, id)
;;
CREATE INDEX ix_duty_county_state ON duty (county_code, state, due_on, id)
;;
CREATE INDEX ix_duty_spell_id ON duty (spell_id)
;;
CREATE INDEX ix_duty_worker_id ON duty (worker_id)
;;
CREATE INDEX ix_early_warning_county ON early_warning (county_code, count, id)
;;
CREATE INDEX ix_early_warning_enterprise ON early_warning (enterprise_id, count, id)
;;
CREATE INDEX ix_employment_spell_county_began ON employment_spell (county_code, began_on, ended_on, id)
;;
CREATE INDEX ix_employment_spell_county_employer ON employment_spell (county_code, employer_id, ended_on, id)
;;
CREATE INDEX ix_employment_spell_county_place ON employment_spell (county_code, place_code, began_on, ended_on, worker_id)
;;
CREATE INDEX ix_employment_spell_employer_ended ON employment_spell (employer_id, ended_on, id)
;;
CREATE INDEX ix_employment_spell_place ON employment_spell (place_code, began_on, ended_on, id)
;;
CREATE INDEX ix_employment_spell_township_code ON employment_spell (township_code)
;;
CREATE INDEX ix_employment_spell_worker_id ON employment_spell (worker_id)
;;
CREATE INDEX ix_enrolment_city_code ON enrolment (city_code)
;;
CREATE INDEX ix_enrolment_cohort_id ON enrolment (cohort_id)
;;
CREATE INDEX ix_enrolment_county_state ON enrolment (county_code, state, id)
;;
CREATE INDEX ix_enrolment_enterprise_id ON enrolment (enterprise_id)
;;
CREATE INDEX ix_enrolment_placement_id ON enrolment (placement_id)
;;
CREATE INDEX ix_enrolment_school_id ON enrolment (school_id)
;;
CREATE INDEX ix_enrolment_township_state ON enrolment (township_code, state, id)
;;
CREATE INDEX ix_enrolment_trained_key ON enrolment (trained_key)
;;
CREATE INDEX ix_enrolment_worker_id ON enrolment (worker_id)
;;
CREATE INDEX ix_entry_paper_entry_id ON entry_paper (entry_id)
;;
CREATE INDEX ix_entry_person_county ON entry_person (county_code, id)
;;
CREATE INDEX ix_entry_person_entry ON entry_person (entry_id, worker_id)
;;
CREATE INDEX ix_entry_person_worker_id ON entry_person (worker_id)
;;
CREATE INDEX ix_evidence_paper_follow_up_id ON evidence_paper (follow_up_id)
;;
CREATE INDEX ix_evidence_paper_spell_evidence_id ON evidence_paper (spell_evidence_id)
;;
CREATE INDEX ix_family_member_case_id ON family_member (case_id)
;;
CREATE INDEX ix_first_call_open_due ON first_call (recorded_at, due_on)
;;
CREATE INDEX ix_first_call_placement_id ON first_call (placement_id)
;;
CREATE INDEX ix_follow_up_assigned_to_id ON follow_up (assigned_to_id)
;;
CREATE INDEX ix_follow_up_batch_city_code ON follow_up_batch (city_code)
;;
CREATE INDEX ix_follow_up_batch_county_code ON follow_up_batch (county_code)
;;
CREATE INDEX ix_follow_up_batch_township_code ON follow_up_batch (township_code)
;;
CREATE INDEX ix_follow_up_city_check ON follow_up (city_code, verified_at, recorded_at, id, outcome, recorded_by_id, placement_id)
;;
CREATE INDEX ix_follow_up_city_due ON follow_up (city_code, recorded_at, due_on, placement_id)
;;
CREATE INDEX ix_follow_up_county_due ON follow_up (county_code, recorded_at, due_on, placement_id)
;;
CREATE INDEX ix_follow_up_county_open ON follow_up (county_code, due_on, id, placement_id) WHERE recorded_at IS NULL
;;
CREATE INDEX ix_follow_up_open ON follow_up (placement_id, recorded_at, due_on) WHERE recorded_at IS NULL
;;
CREATE INDEX ix_follow_up_open_due ON follow_up (recorded_at, due_on)
;;
CREATE INDEX ix_follow_up_placement_id ON follow_up (placement_id)
;;
CREATE INDEX ix_follow_up_remind_city ON follow_up (city_code, remind_on) WHERE remind_on IS NOT NULL
;;
CREATE INDEX ix_follow_up_remind_county ON follow_up (county_code, remind_on) WHERE remind_on IS NOT NULL
;;
CREATE INDEX ix_fund_account_county_year ON fund_account (county_code, year)
;;
CREATE INDEX ix_fund_account_item_id ON fund_account (item_id)
;;
CREATE INDEX ix_fund_finding_county_state ON fund_finding (county_code, state, due_on, id)
;;
CREATE INDEX ix_fund_finding_item_id ON fund_finding (item_id)
;;
CREATE INDEX ix_fund_item_county_year ON fund_item (county_code, year, id)
;;
CREATE INDEX ix_fund_leg_account_id ON fund_leg (account_id)
;;
CREATE INDEX ix_fund_leg_posting_id ON fund_leg (posting_id)
;;
CREATE INDEX ix_fund_payment_county_state ON fund_payment (county_code, state, id)
;;
CREATE INDEX ix_fund_payment_item_id ON fund_payment (item_id)
;;
CREATE INDEX ix_fund_posting_county_year ON fund_posting (county_code, year, id)
;;
CREATE INDEX ix_fund_posting_document ON fund_posting (county_code, document)
;;
CREATE INDEX ix_fund_posting_item_id ON fund_posting (item_id)
;;
CREATE INDEX ix_fund_posting_subject ON fund_posting (subject)
;;
CREATE INDEX ix_fund_rule_helper_code ON fund_rule (helper_code)
;;
CREATE INDEX ix_hand_over_departure_id ON hand_over (departure_id)
;;
CREATE INDEX ix_hand_over_enterprise_id ON hand_over (enterprise_id)
;;
CREATE INDEX ix_household_county_code ON household (county_code)
;;
CREATE INDEX ix_import_batch_county_code ON import_batch (county_code)
;;
CREATE INDEX ix_import_batch_file_digest ON import_batch (file_digest)
;;
CREATE INDEX ix_import_batch_township_code ON import_batch (township_code)
;;
CREATE INDEX ix_import_row_batch_doubtful ON import_row (batch_id, is_doubtful, id)
;;
CREATE INDEX ix_import_row_batch_household ON import_row (batch_id, household_code)
;;
CREATE INDEX ix_import_row_batch_outcome ON import_row (batch_id, outcome, id)
;;
CREATE INDEX ix_import_row_batch_person ON import_row (batch_id, id_digest)
;;
CREATE INDEX ix_import_row_batch_possible ON import_row (batch_id, is_possible, id)
;;
CREATE INDEX ix_import_row_worker_id ON import_row (worker_id)
;;
CREATE INDEX ix_indicator_key ON indicator ("key")
;;
CREATE INDEX ix_inspection_cohort_id ON inspection (cohort_id)
;;
CREATE INDEX ix_job_order_enterprise_state ON job_order (enterprise_id, state, id)
;;
CREATE INDEX ix_job_order_state_city ON job_order (state, city_code, id)
;;
CREATE INDEX ix_job_preference_order_id ON job_preference (order_id)
;;
CREATE INDEX ix_job_state ON job (state)
;;
CREATE INDEX ix_job_user_id ON job (user_id)
;;
CREATE INDEX ix_kept_figure_month ON kept_figure (month, "key", county_code)
;;
CREATE INDEX ix_kept_figure_recipient_code ON kept_figure (recipient_code)
;;
CREATE INDEX ix_ledger_entry_claim_id ON ledger_entry (claim_id)
;;
CREATE INDEX ix_ledger_entry_county_day ON ledger_entry (county_code, paid_on, id)
;;
CREATE INDEX ix_lesson_cohort_id ON lesson (cohort_id)
;;
CREATE INDEX ix_lesson_school_day ON lesson (school_id, held_on)
;;
CREATE INDEX ix_lesson_teacher_day ON lesson (teacher_user_id, held_on)
;;
CREATE INDEX ix_lesson_teacher_digest_day ON lesson (teacher_digest, held_on)
;;
CREATE INDEX ix_list_export_user_id ON list_export (user_id)
;;
CREATE INDEX ix_local_day_area_code ON local_day (area_code)
;;
CREATE INDEX ix_login_session_user_id ON login_session (user_id)
;;
CREATE INDEX ix_match_adjustment_run_id ON match_adjustment (run_id)
;;
CREATE INDEX ix_match_adjustment_worker_id ON match_adjustment (worker_id)
;;
CREATE INDEX ix_match_left_out_worker_id ON match_left_out (worker_id)
;;
CREATE INDEX ix_match_pair_run_rank ON match_pair (run_id, rank)
;;
CREATE INDEX ix_match_pair_worker_id ON match_pair (worker_id)
;;
CREATE INDEX ix_match_run_county_code ON match_run (county_code)
;;
CREATE INDEX ix_match_run_enterprise_id ON match_run (enterprise_id)
;;
CREATE INDEX ix_match_run_order_id ON match_run (order_id)
;;
CREATE INDEX ix_match_run_worker_id ON match_run (worker_id)
;;
CREATE INDEX ix_message_county_id ON message (county_code, id)
;;
CREATE INDEX ix_message_county_reach ON message (county_code, reach, until_on)
;;
CREATE INDEX ix_message_placement_id ON message (placement_id)
;;
CREATE INDEX ix_message_reach ON message (reach, until_on, id)
;;
CREATE INDEX ix_message_township_reach ON message (township_code, reach, until_on)
;;
CREATE INDEX ix_message_wording_kind_language ON message_wording (kind, language, state)
;;
CREATE INDEX ix_message_worker_id ON message (worker_id)
;;
CREATE INDEX ix_minimum_wage_city_from ON minimum_wage (city_code, valid_from)
;;
CREATE INDEX ix_money_figure_owner_code ON money_figure (owner_code)
;;
CREATE INDEX ix_monthly_roster_city_month ON monthly_roster (city_code, month, id)
;;
CREATE INDEX ix_monthly_roster_county_code ON monthly_roster (county_code)
;;
CREATE INDEX ix_monthly_roster_enterprise_month ON monthly_roster (enterprise_id, month)
;;
CREATE INDEX ix_name_key_worker_id ON name_key (worker_id)
;;
CREATE INDEX ix_newcomer_batch_city_code ON newcomer_batch (city_code)
;;
CREATE INDEX ix_newcomer_batch_enterprise_id ON newcomer_batch (enterprise_id)
;;
CREATE INDEX ix_newcomer_county_state ON newcomer (county_code, state, id)
;;
CREATE INDEX ix_newcomer_employer_id ON newcomer (employer_id)
;;
CREATE INDEX ix_newcomer_id_digest ON newcomer (id_digest)
;;
CREATE INDEX ix_newcomer_place_code ON newcomer (place_code)
;;
CREATE INDEX ix_newcomer_spell_id ON newcomer (spell_id)
;;
CREATE INDEX ix_newcomer_worker_id ON newcomer (worker_id)
;;
CREATE INDEX ix_notice_objection_notice_id ON notice_objection (notice_id)
;;
CREATE INDEX ix_occupation_word_unit ON occupation_word (unit)
;;
CREATE INDEX ix_order_batch_enterprise_id ON order_batch (enterprise_id)
;;
CREATE INDEX ix_order_column_enterprise_id ON order_column (enterprise_id)
;;
CREATE INDEX ix_order_finding_order_id ON order_finding (order_id)
;;
CREATE INDEX ix_organisation_area_code ON organisation (area_code)
;;
CREATE INDEX ix_organisation_merged_into_id ON organisation (merged_into_id)
;;
CREATE INDEX ix_organisation_name ON organisation (name)
;;
CREATE INDEX ix_own_word_county_state ON own_word (county_code, state, id)
;;
CREATE INDEX ix_own_word_township_state ON own_word (township_code, state, id)
;;
CREATE INDEX ix_own_word_worker_id ON own_word (worker_id)
;;
CREATE INDEX ix_pairing_helper_code ON pairing (helper_code)
;;
CREATE INDEX ix_pairing_recipient_code ON pairing (recipient_code)
;;
CREATE INDEX ix_passenger_departure_id ON passenger (departure_id)
;;
CREATE INDEX ix_passenger_hand_over_id ON passenger (hand_over_id)
;;
CREATE INDEX ix_passenger_placement_id ON passenger (placement_id)
;;
CREATE INDEX ix_passenger_worker_id ON passenger (worker_id)
;;
CREATE INDEX ix_person_category_category_worker ON person_category (category, worker_id)
;;
CREATE INDEX ix_person_category_worker_id ON person_category (worker_id)
;;
CREATE INDEX ix_person_fact_city_worker ON person_fact (city_code, worker_id)
;;
CREATE INDEX ix_person_fact_county_code ON person_fact (county_code)
;;
CREATE INDEX ix_person_fact_worker ON person_fact (worker_id, superseded_at)
;;
CREATE INDEX ix_person_opening_user_id ON person_opening (user_id)
;;
CREATE INDEX ix_place_reservation_job_order_id ON place_reservation (job_order_id)
;;
CREATE INDEX ix_placement_city_state ON placement (city_code, state, id, state_since, created_at, respond_by)
;;
CREATE INDEX ix_placement_county_state ON placement (county_code, state, id, state_since, created_at, respond_by, asked_at)
;;
CREATE INDEX ix_placement_departure_id ON placement (departure_id)
;;
CREATE INDEX ix_placement_enterprise_state ON placement (enterprise_id, state, id, state_since, created_at, respond_by)
;;
CREATE INDEX ix_placement_order_county ON placement (order_id, county_code)
;;
CREATE INDEX ix_placement_state ON placement (state, id, state_since, created_at, respond_by)
;;
CREATE INDEX ix_placement_town_state ON placement (township_code, state, id, state_since, created_at, respond_by, asked_at, city_code)
;;
CREATE INDEX ix_placement_worker_id ON placement (worker_id)
;;
CREATE INDEX ix_points_list_city_code ON points_list (city_code)
;;
CREATE INDEX ix_points_list_note_list_id ON points_list_note (list_id)
;;
CREATE INDEX ix_points_list_row_case_id ON points_list_row (case_id)
;;
CREATE INDEX ix_points_list_row_list_id ON points_list_row (list_id)
;;
CREATE INDEX ix_points_list_rule_id ON points_list (rule_id)
;;
CREATE INDEX ix_problem_city_state ON problem (city_code, state, due_on, id)
;;
CREATE INDEX ix_problem_county_state ON problem (county_code, state, due_on, id)
;;
CREATE INDEX ix_problem_enterprise_state ON problem (enterprise_id, state, due_on, id)
;;
CREATE INDEX ix_problem_file_problem_id ON problem_file (problem_id)
;;
CREATE INDEX ix_problem_note_problem_id ON problem_note (problem_id)
;;
CREATE INDEX ix_problem_owner_state ON problem (owner_id, state, due_on, id)
;;
CREATE INDEX ix_problem_placement_id ON problem (placement_id)
;;
CREATE INDEX ix_problem_state_due ON problem (state, due_on, id)
;;
CREATE INDEX ix_problem_township_state ON problem (township_code, state, due_on, id)
;;
CREATE INDEX ix_problem_worker_state ON problem (worker_id, state)
;;
CREATE INDEX ix_programme_county_area_code ON programme_county (area_code)
;;
CREATE INDEX ix_programme_county_helper_city_code ON programme_county (helper_city_code)
;;
CREATE INDEX ix_proposal_batch_cohort_id ON proposal_batch (cohort_id)
;;
CREATE INDEX ix_proposal_batch_county_code ON proposal_batch (county_code)
;;
CREATE INDEX ix_public_notice_claim_id ON public_notice (claim_id)
;;
CREATE INDEX ix_recovery_claim_id ON recovery (claim_id)
;;
CREATE INDEX ix_recovery_county_state ON recovery (county_code, state, id)
;;
CREATE INDEX ix_register_entry_city ON register_entry (register, city_code, id)
;;
CREATE INDEX ix_register_entry_due ON register_entry (state, due_on)
;;
CREATE INDEX ix_register_entry_organisation_id ON register_entry (organisation_id)
;;
CREATE INDEX ix_register_entry_parent_id ON register_entry (parent_id)
;;
CREATE INDEX ix_register_entry_place ON register_entry (register, place_code, id)
;;
CREATE INDEX ix_register_entry_title ON register_entry (register, place_code, title)
;;
CREATE INDEX ix_report_on_state ON report ("on", state, id)
;;
CREATE INDEX ix_report_pair_on ON report (helper_code, recipient_code, "on", id)
;;
CREATE INDEX ix_report_recipient_code ON report (recipient_code)
;;
CREATE INDEX ix_resident_contact_city_code ON resident_contact (city_code)
;;
CREATE INDEX ix_resident_contact_county_code ON resident_contact (county_code)
;;
CREATE INDEX ix_resident_contact_enterprise ON resident_contact (enterprise_id, valid_to)
;;
CREATE INDEX ix_resident_contact_user ON resident_contact (user_id, valid_to)
;;
CREATE INDEX ix_result_batch_cohort_id ON result_batch (cohort_id)
;;
CREATE INDEX ix_return_answer_placement_id ON return_answer (placement_id)
;;
CREATE INDEX ix_return_answer_round_county ON return_answer (round_id, county_code, city_code)
;;
CREATE INDEX ix_return_answer_worker_id ON return_answer (worker_id)
;;
CREATE INDEX ix_return_batch_county_code ON return_batch (county_code)
;;
CREATE INDEX ix_return_round_county_code ON return_round (county_code)
;;
CREATE INDEX ix_role_grant_organisation_id ON role_grant (organisation_id)
;;
CREATE INDEX ix_role_grant_user_id ON role_grant (user_id)
;;
CREATE INDEX ix_roster_batch_city_code ON roster_batch (city_code)
;;
CREATE INDEX ix_roster_batch_county_code ON roster_batch (county_code)
;;
CREATE INDEX ix_roster_batch_enterprise_id ON roster_batch (enterprise_id)
;;
CREATE INDEX ix_roster_line_county_month ON roster_line (county_code, month, id)
;;
CREATE INDEX ix_roster_line_enterprise_month ON roster_line (enterprise_id, month)
;;
CREATE INDEX ix_roster_line_spell_id ON roster_line (spell_id)
;;
CREATE INDEX ix_roster_line_worker_month ON roster_line (worker_id, month)
;;
CREATE INDEX ix_round_call_worker_id ON round_call (worker_id)
;;
CREATE INDEX ix_settlement_case_city_state ON settlement_case (city_code, state, due_on, id)
;;
CREATE INDEX ix_settlement_case_county_state ON settlement_case (county_code, state, id)
;;
CREATE INDEX ix_settlement_case_enterprise_id ON settlement_case (enterprise_id)
;;
CREATE INDEX ix_settlement_case_rule_id ON settlement_case (rule_id)
;;
CREATE INDEX ix_settlement_case_worker ON settlement_case (worker_id, id)
;;
CREATE INDEX ix_settlement_document_case_id ON settlement_document (case_id)
;;
CREATE INDEX ix_settlement_document_county_code ON settlement_document (county_code)
;;
CREATE INDEX ix_settlement_document_organisation_id ON settlement_document (organisation_id)
;;
CREATE INDEX ix_settlement_document_valid ON settlement_document (valid_until, state)
;;
CREATE INDEX ix_settlement_document_worker_id ON settlement_document (worker_id)
;;
CREATE INDEX ix_settlement_follow_up_open_due ON settlement_follow_up (recorded_at, due_on)
;;
CREATE INDEX ix_settlement_outlook_city_worker ON settlement_outlook (city_code, worker_id)
;;
CREATE INDEX ix_settlement_outlook_county ON settlement_outlook (county_code, verdict, became_on, id)
;;
CREATE INDEX ix_settlement_outlook_rule ON settlement_outlook (rule_id, verdict)
;;
CREATE INDEX ix_settlement_rule_state ON settlement_rule (state, city_code)
;;
CREATE INDEX ix_sign_in_counter_place ON sign_in_counter (place)
;;
CREATE INDEX ix_sign_in_counter_user_id ON sign_in_counter (user_id)
;;
CREATE INDEX ix_spell_batch_county_code ON spell_batch (county_code)
;;
CREATE INDEX ix_spell_evidence_import_row_id ON spell_evidence (import_row_id)
;;
CREATE INDEX ix_spell_evidence_spell_shown ON spell_evidence (spell_id, shown_on)
;;
CREATE INDEX ix_standard_decision_cohort_id ON standard_decision (cohort_id)
;;
CREATE INDEX ix_standard_decision_enrolment_id ON standard_decision (enrolment_id)
;;
CREATE INDEX ix_staying_sum_city ON staying_sum (city_code, enterprise_id)
;;
CREATE INDEX ix_staying_sum_county ON staying_sum (county_code, enterprise_id)
;;
CREATE INDEX ix_staying_sum_enterprise ON staying_sum (enterprise_id)
;;
CREATE INDEX ix_staying_summary_city ON staying_summary (city_code, order_id, "left")
;;
CREATE INDEX ix_staying_summary_county ON staying_summary (county_code, order_id, "left")
;;
CREATE INDEX ix_staying_summary_enterprise ON staying_summary (enterprise_id, order_id, "left")
;;
CREATE INDEX ix_summary_figure_figure ON summary_figure (figure, detail, home_code, city_code)
;;
CREATE UNIQUE INDEX ix_summary_figure_place ON summary_figure (home_code, city_code, figure, detail)
;;
CREATE INDEX ix_supplement_signature_supplement_id ON supplement_signature (supplement_id)
;;
CREATE INDEX ix_target_category_name ON target_category (name)
;;
CREATE INDEX ix_text_message_county_at ON text_message (county_code, created_at)
;;
CREATE INDEX ix_text_message_phone ON text_message (phone_digest, why)
;;
CREATE INDEX ix_text_message_stage ON text_message (stage, claimed_until)
;;
CREATE INDEX ix_text_message_stage_receipt ON text_message (stage, receipt_at)
;;
CREATE INDEX ix_text_message_worker_at ON text_message (worker_id, created_at)
;;
CREATE INDEX ix_timetable_batch_cohort_id ON timetable_batch (cohort_id)
;;
CREATE INDEX ix_timetable_batch_school_id ON timetable_batch (school_id)
;;
CREATE INDEX ix_told_figure_pair ON told_figure (helper_code, recipient_code, "key", "on")
;;
CREATE INDEX ix_told_figure_recipient_code ON told_figure (recipient_code)
;;
CREATE INDEX ix_training_agreement_city_code ON training_agreement (city_code)
;;
CREATE INDEX ix_training_agreement_county_state ON training_agreement (county_code, state, id)
;;
CREATE INDEX ix_training_agreement_enterprise_id ON training_agreement (enterprise_id)
;;
CREATE INDEX ix_training_agreement_order_id ON training_agreement (order_id)
;;
CREATE INDEX ix_training_agreement_school_id ON training_agreement (school_id)
;;
CREATE INDEX ix_training_bid_order_id ON training_bid (order_id)
;;
CREATE INDEX ix_training_bid_school_id ON training_bid (school_id)
;;
CREATE INDEX ix_training_order_city_code ON training_order (city_code)
;;
CREATE INDEX ix_training_order_county_state ON training_order (county_code, state, id)
;;
CREATE INDEX ix_training_order_enterprise ON training_order (enterprise_id, id)
;;
CREATE INDEX ix_training_order_job_order_id ON training_order (job_order_id)
;;
CREATE INDEX ix_training_order_state ON training_order (state, id)
;;
CREATE INDEX ix_training_standard_name_area ON training_standard (name, area_code, valid_from)
;;
CREATE INDEX ix_treasury_batch_county_code ON treasury_batch (county_code)
;;
CREATE INDEX ix_treasury_line_batch_id ON treasury_line (batch_id)
;;
CREATE INDEX ix_treasury_line_county_day ON treasury_line (county_code, paid_on, id)
;;
CREATE INDEX ix_warning_call_placement_id ON warning_call (placement_id)
;;
CREATE INDEX ix_watched_act_doer_id ON watched_act (doer_id)
;;
CREATE INDEX ix_watched_act_target_id ON watched_act (target_id)
;;
CREATE INDEX ix_watched_act_unseen ON watched_act (kind, doer_id) WHERE looked_at IS NULL
;;
CREATE INDEX ix_webhook_user_id ON webhook (user_id)
;;
CREATE INDEX ix_wish_word_unit ON wish_word (unit, word)
;;
CREATE INDEX ix_work_subsidy_line_list_id ON work_subsidy_line (list_id)
;;
CREATE INDEX ix_work_subsidy_line_spell_id ON work_subsidy_line (spell_id)
;;
CREATE INDEX ix_work_subsidy_line_worker_id ON work_subsidy_line (worker_id)
;;
CREATE INDEX ix_work_subsidy_list_county ON work_subsidy_list (county_code, id)
;;
CREATE INDEX ix_work_subsidy_list_rule_id ON work_subsidy_list (rule_id)
;;
CREATE INDEX ix_work_subsidy_recovery_county ON work_subsidy_recovery (county_code, state, id)
;;
CREATE INDEX ix_work_subsidy_rule_county ON work_subsidy_rule (county_code, kind, valid_from)
;;
CREATE INDEX ix_worker_change_at ON worker_change (at)
;;
CREATE INDEX ix_worker_county_birth ON worker (county_code, birth_date, id)
;;
CREATE INDEX ix_worker_county_created ON worker (county_code, created_at, id)
;;
CREATE INDEX ix_worker_county_id ON worker (county_code, id)
;;
CREATE INDEX ix_worker_county_last4 ON worker (county_code, id_last4, id)
;;
CREATE INDEX ix_worker_county_phone4 ON worker (county_code, phone_last4, id)
;;
CREATE INDEX ix_worker_county_state ON worker (county_code, state, id)
;;
CREATE INDEX ix_worker_county_town_code ON worker (county_code, township_code, id)
;;
CREATE INDEX ix_worker_county_township ON worker (county_code, township, id)
;;
CREATE INDEX ix_worker_county_village ON worker (county_code, village, id)
;;
CREATE INDEX ix_worker_county_willing ON worker (county_code, willing, id)
;;
CREATE INDEX ix_worker_export_user_id ON worker_export (user_id)
;;
CREATE INDEX ix_worker_household_id ON worker (household_id)
;;
CREATE INDEX ix_worker_merged_into ON worker (merged_into_id) WHERE merged_into_id IS NOT NULL
;;
CREATE INDEX ix_worker_phone_digest ON worker (phone_digest)
;;
CREATE INDEX ix_worker_town_unasked ON worker (township_code, state, id) WHERE willing IS NULL AND merged_into_id IS NULL
;;
CREATE INDEX ix_worker_township_code ON worker (township_code, id)
;;
CREATE INDEX ix_worker_unasked ON worker (county_code, state, id) WHERE willing IS NULL AND merged_into_id IS NULL
;;
CREATE UNIQUE INDEX uq_agreement_supplement_open ON agreement_supplement (agreement_id) WHERE state = 'signing'
;;
CREATE UNIQUE INDEX uq_certificate_held ON certificate (enrolment_id) WHERE revoked_at IS NULL
;;
CREATE UNIQUE INDEX uq_fund_item_subsidy ON fund_item (county_code, year, kind) WHERE kind <> 'project'
;;
CREATE UNIQUE INDEX uq_recovery_line ON recovery (line_id) WHERE state IN ('open', 'returned')
;;
CREATE UNIQUE INDEX uq_training_agreement_live ON training_agreement (order_id) WHERE state <> 'cancelled'
;;
CREATE UNIQUE INDEX uq_work_subsidy_recovery_line ON work_subsidy_recovery (line_id) WHERE state IN ('to_recover', 'recovered')
;;
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
;;
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
;;
CREATE TRIGGER frozen_figure_no_delete BEFORE DELETE ON frozen_figure BEGIN SELECT RAISE(ABORT, 'frozen_figure is append-only'); END
;;
CREATE TRIGGER frozen_figure_no_update BEFORE UPDATE ON frozen_figure BEGIN SELECT RAISE(ABORT, 'frozen_figure is append-only'); END
;;
CREATE TRIGGER fund_leg_no_delete BEFORE DELETE ON fund_leg BEGIN SELECT RAISE(ABORT, 'fund_leg is append-only'); END
;;
CREATE TRIGGER fund_leg_no_update BEFORE UPDATE ON fund_leg BEGIN SELECT RAISE(ABORT, 'fund_leg is append-only'); END
;;
CREATE TRIGGER fund_posting_no_delete BEFORE DELETE ON fund_posting BEGIN SELECT RAISE(ABORT, 'fund_posting is append-only'); END
;;
CREATE TRIGGER fund_posting_no_update BEFORE UPDATE ON fund_posting BEGIN SELECT RAISE(ABORT, 'fund_posting is append-only'); END
;;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END
;;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END
;;
CREATE TRIGGER points_list_note_no_delete BEFORE DELETE ON points_list_note BEGIN SELECT RAISE(ABORT, 'points_list_note is append-only'); END
;;
CREATE TRIGGER points_list_note_no_update BEFORE UPDATE ON points_list_note BEGIN SELECT RAISE(ABORT, 'points_list_note is append-only'); END
;;
CREATE TRIGGER points_list_row_no_delete BEFORE DELETE ON points_list_row BEGIN SELECT RAISE(ABORT, 'points_list_row is append-only'); END
;;
CREATE TRIGGER points_list_row_no_update BEFORE UPDATE ON points_list_row BEGIN SELECT RAISE(ABORT, 'points_list_row is append-only'); END
;;
CREATE TRIGGER report_frozen_no_delete BEFORE DELETE ON report WHEN OLD.state = 'frozen' BEGIN SELECT RAISE(ABORT, 'report is frozen'); END
;;
CREATE TRIGGER report_frozen_no_update BEFORE UPDATE ON report WHEN OLD.state = 'frozen' BEGIN SELECT RAISE(ABORT, 'report is frozen'); END
;;
CREATE TRIGGER worker_delete_noted AFTER DELETE ON worker BEGIN INSERT INTO worker_change (worker_id, at) SELECT OLD.id, CAST(strftime('%s', 'now') AS INTEGER); END
;;
CREATE TRIGGER worker_insert_named AFTER INSERT ON worker BEGIN INSERT OR IGNORE INTO name_waiting (worker_id) VALUES (NEW.id); END
;;
CREATE TRIGGER worker_insert_noted AFTER INSERT ON worker BEGIN INSERT INTO worker_change (worker_id, at) SELECT NEW.id, CAST(strftime('%s', 'now') AS INTEGER); END
;;
CREATE TRIGGER worker_update_named AFTER UPDATE ON worker WHEN OLD.name <> NEW.name OR OLD.county_code <> NEW.county_code BEGIN INSERT OR IGNORE INTO name_waiting (worker_id) VALUES (NEW.id); END
;;
CREATE TRIGGER worker_update_noted AFTER UPDATE ON worker BEGIN INSERT INTO worker_change (worker_id, at) SELECT NEW.id, CAST(strftime('%s', 'now') AS INTEGER); END
;;
INSERT INTO alembic_version (version_num) VALUES ('0079')