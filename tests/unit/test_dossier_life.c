#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "model/dossier_step.h"

/* The same rules as in test_dossier_step.c, over whole lives: what is late, void, or said by the wrong one. */

#define SEED 20261128
#define MINUTE_MS INT64_C(60000)
#define BEGAN_MS INT64_C(1795600000000)

static struct dossier_step step_of(enum event_kind kind, enum role role, int64_t minute)
{
	return (struct dossier_step){.id = uuid7_make(BEGAN_MS + minute * MINUTE_MS),
		.kind = kind,
		.role = role,
		.account = role == ROLE_AGENCY ? 7 : 1,
		.occurred_at_ms = BEGAN_MS + minute * MINUTE_MS};
}

/* A case under construction. */
struct life {
	struct dossier_part parts[8];
	struct dossier_steps steps;
	struct dossier_case known;
};

static void begin(struct life *life, int service)
{
	memset(life, 0, sizeof *life);
	life->known = (struct dossier_case){
		.service = service, .parts = life->parts, .steps = &life->steps};
}

static struct dossier_part *carry(
	struct life *life, enum leg_kind kind, int64_t from, int64_t to, enum leg_state state)
{
	struct dossier_part *part = &life->parts[life->known.part_count++];

	*part = (struct dossier_part){.kind = kind,
		.state = state,
		.accepted_at_ms = BEGAN_MS + from * MINUTE_MS,
		.state_at_ms = BEGAN_MS + to * MINUTE_MS};
	return part;
}

static struct dossier_facts facts_of(const struct life *life)
{
	return dossier_fold(&life->known, DOSSIER_FOLD_ALL);
}

static struct dossier_ruling say(struct life *life, const struct dossier_step *step)
{
	struct dossier_facts facts;
	struct dossier_ruling ruling = dossier_append(&life->known, step, &facts);
	struct dossier_facts folded = facts_of(life);

	assert_int_equal(facts.status, folded.status);
	return ruling;
}

static struct dossier_ruling tell(
	struct life *life, enum event_kind kind, enum role role, int64_t minute)
{
	struct dossier_step step = step_of(kind, role, minute);

	return say(life, &step);
}

static void assert_taken(struct dossier_ruling ruling)
{
	assert_int_equal(ruling.error, HOSO_OK);
	assert_int_equal(ruling.verdict, VERDICT_RECORDED);
}

static void a_dossier_goes_its_whole_way(void **state)
{
	struct life life;
	struct dossier_facts facts;

	(void)state;
	begin(&life, 3);
	assert_int_equal(facts_of(&life).status, DOSSIER_DRAFT);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_IN_TRANSIT);
	assert_int_equal(facts_of(&life).status, DOSSIER_WITH_POST);
	life.parts[0].state = LEG_DELIVERED;
	facts = facts_of(&life);
	assert_int_equal(facts.status, DOSSIER_SUBMITTED);
	assert_true(facts.submitted_at_ms == BEGAN_MS + 2 * MINUTE_MS);
	life.parts[0].bound_at_ms = BEGAN_MS + 3 * MINUTE_MS;
	assert_int_equal(facts_of(&life).status, DOSSIER_RECEIVED);
	assert_taken(tell(&life, EVENT_SUPPLEMENT_ASKED, ROLE_AGENCY, 4));
	carry(&life, LEG_SUPPLEMENT_IN, 5, 6, LEG_DELIVERED);
	facts = facts_of(&life);
	assert_int_equal(facts.status, DOSSIER_SUBMITTED);
	assert_true(facts.submitted_at_ms == BEGAN_MS + 6 * MINUTE_MS);
	assert_taken(tell(&life, EVENT_RESULT_READY, ROLE_SYSTEM, 7));
	carry(&life, LEG_RESULT, 8, 9, LEG_RETURNED);
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_UNDELIVERABLE);
	carry(&life, LEG_RESULT, 10, 11, LEG_HELD);
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_WITH_POST);
	life.parts[3].state = LEG_DELIVERED;
	facts = facts_of(&life);
	assert_int_equal(facts.status, DOSSIER_RESULT_DELIVERED);
	assert_true(facts.result_ready_at_ms == BEGAN_MS + 7 * MINUTE_MS);
	assert_taken(tell(&life, EVENT_CLOSED, ROLE_SUPERVISOR, 12));
	assert_int_equal(facts_of(&life).status, DOSSIER_CLOSED);
	assert_int_equal(facts_of(&life).misfits, 0);
}

static void hand_overs_that_nobody_scanned_are_made_up_for(void **state)
{
	static const struct {
		enum leg_kind kind;
		enum dossier_status status;
	} proofs[] = {{LEG_SLIP, DOSSIER_RECEIVED}, {LEG_SUPPLEMENT_OUT, DOSSIER_SUPPLEMENT},
		{LEG_REFUSED, DOSSIER_REFUSED}, {LEG_RESULT, DOSSIER_RESULT_WITH_POST}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(proofs); i++) {
		struct life life;

		begin(&life, 3);
		carry(&life, LEG_SUBMIT, 1, 2, LEG_IN_TRANSIT);
		carry(&life, proofs[i].kind, 3, 4, LEG_IN_TRANSIT);
		assert_int_equal(facts_of(&life).status, proofs[i].status);
	}
}

static void a_result_in_two_envelopes_is_delivered_with_the_second(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 2);
	carry(&life, LEG_RESULT, 1, 5, LEG_DELIVERED);
	carry(&life, LEG_RESULT, 2, 6, LEG_OUT_FOR_DELIVERY);
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_WITH_POST);
	life.parts[1].state = LEG_DELIVERED;
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_DELIVERED);
}

static void what_went_back_to_its_sender_was_not_submitted(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 1);
	carry(&life, LEG_SUBMIT, 1, 5, LEG_RETURNED);
	assert_int_equal(facts_of(&life).status, DOSSIER_DRAFT);
	assert_true(facts_of(&life).submitted_at_ms == 0);
}

static void dates_are_the_last_that_stand(void **state)
{
	struct life life;
	struct dossier_step bound = step_of(EVENT_BOUND, ROLE_AGENCY, 3);
	struct dossier_step changed = step_of(EVENT_DUE_CHANGED, ROLE_AGENCY, 4);
	struct dossier_step undo = step_of(EVENT_VOID, ROLE_SUPERVISOR, 5);

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	bound.due_on = 20261210;
	bound.received_on = 20261201;
	changed.due_on = 20261220;
	assert_false(facts_of(&life).says_due);
	assert_taken(say(&life, &bound));
	assert_taken(say(&life, &changed));
	assert_int_equal(facts_of(&life).due_on, 20261220);
	assert_int_equal(facts_of(&life).received_on, 20261201);
	undo.target = changed.id;
	assert_taken(say(&life, &undo));
	assert_int_equal(facts_of(&life).due_on, 20261210);
	undo = step_of(EVENT_VOID, ROLE_SUPERVISOR, 6);
	undo.target = bound.id;
	assert_taken(say(&life, &undo));
	assert_int_equal(facts_of(&life).due_on, 0);
	assert_true(facts_of(&life).says_due);
	assert_int_equal(facts_of(&life).status, DOSSIER_SUBMITTED);
}

static void once_is_the_rule_and_a_supervisor_says_why_not(void **state)
{
	static const struct {
		enum event_kind kind;
		enum hoso_error error;
	} cases[] = {{EVENT_DUE_CHANGED, HOSO_DUE_CHANGED_ONCE},
		{EVENT_SUPPLEMENT_ASKED, HOSO_SUPPLEMENT_ONCE}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct life life;
		struct dossier_step step = step_of(cases[i].kind, ROLE_AGENCY, 4);

		begin(&life, 3);
		carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
		assert_taken(tell(&life, cases[i].kind, ROLE_AGENCY, 3));
		step.proofs = STEP_EXPLAINED;
		assert_int_equal(say(&life, &step).error, cases[i].error);
		assert_int_equal(
			tell(&life, cases[i].kind, ROLE_SUPERVISOR, 4).error, cases[i].error);
		step.role = ROLE_SUPERVISOR;
		assert_taken(say(&life, &step));
		assert_int_equal(life.steps.count, 2);
	}
}

static void a_sender_shows_the_slip(void **state)
{
	struct life life;
	struct dossier_step step = step_of(EVENT_WITHDRAWN, ROLE_SUPERVISOR, 3);

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	assert_int_equal(say(&life, &step).error, HOSO_MISSING_DATA);
	step.proofs = STEP_WITH_SLIP;
	assert_taken(say(&life, &step));
}

static void it_is_not_closed_too_early(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 1);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	carry(&life, LEG_SLIP, 3, 4, LEG_HELD);
	assert_int_equal(tell(&life, EVENT_CLOSED, ROLE_SYSTEM, 5).error, HOSO_LEGS_OPEN);
	life.parts[1].state = LEG_DELIVERED;
	life.known.service = 3;
	assert_int_equal(tell(&life, EVENT_CLOSED, ROLE_SYSTEM, 5).error, HOSO_DOSSIER_OPEN);
	life.known.service = 1;
	assert_taken(tell(&life, EVENT_CLOSED, ROLE_SYSTEM, 5));
}

static void a_late_step_lies_where_it_belongs(void **state)
{
	struct life life;
	struct dossier_ruling ruling;

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	carry(&life, LEG_RESULT, 8, 9, LEG_DELIVERED);
	ruling = tell(&life, EVENT_RESULT_READY, ROLE_AGENCY, 5);
	assert_int_equal(ruling.error, HOSO_OK);
	assert_int_equal(ruling.verdict, VERDICT_LATE);
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_DELIVERED);
}

/* A refusal that is said to have come before a result which the agency has told already. */
static void a_late_step_that_unmakes_another_is_a_conflict(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	assert_taken(tell(&life, EVENT_RESULT_READY, ROLE_AGENCY, 8));
	assert_int_equal(tell(&life, EVENT_DECLINED, ROLE_AGENCY, 5).error, HOSO_CONFLICT);
	assert_int_equal(life.steps.count, 1);
	assert_int_equal(facts_of(&life).status, DOSSIER_RESULT_READY);
}

static void who_may_void_what(void **state)
{
	struct life life;
	struct dossier_step wrong = step_of(EVENT_DECLINED, ROLE_AGENCY, 3);
	struct dossier_step undo = step_of(EVENT_VOID, ROLE_AGENCY, 4);
	struct dossier_step slip = step_of(EVENT_BOUND, ROLE_CLERK, 3);

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	assert_taken(say(&life, &wrong));
	assert_int_equal(say(&life, &undo).error, HOSO_NOT_FOUND);
	undo.target = wrong.id;
	undo.account = 8; /* a colleague */
	assert_int_equal(say(&life, &undo).error, HOSO_WRONG_ROLE);
	undo.account = 7;
	undo.occurred_at_ms = wrong.occurred_at_ms + VOID_GRACE_MS + 1;
	assert_int_equal(say(&life, &undo).error, HOSO_WRONG_ROLE);
	undo.occurred_at_ms = wrong.occurred_at_ms + VOID_GRACE_MS;
	assert_taken(say(&life, &undo));
	assert_int_equal(say(&life, &undo).verdict, VERDICT_DUPLICATE);
	undo.role = ROLE_CLERK;
	assert_int_equal(say(&life, &undo).error, HOSO_WRONG_ROLE);
	/* What was scanned from an item is voided with the item. */
	slip.proofs = STEP_RECEIVES;
	life.steps.steps[life.steps.count++] = slip;
	undo = step_of(EVENT_VOID, ROLE_SUPERVISOR, 9);
	undo.target = slip.id;
	assert_int_equal(say(&life, &undo).error, HOSO_NOT_FOUND);
}

static void too_many_steps_are_refused(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	for (int i = 0; i < DOSSIER_STEPS_MAX; i++) {
		assert_taken(tell(&life, EVENT_BOUND, ROLE_AGENCY, 3 + i));
	}
	assert_int_equal(tell(&life, EVENT_BOUND, ROLE_AGENCY, 99).error, HOSO_DOSSIER_FULL);
}

static void until_an_instant_is_what_was_known_of_it(void **state)
{
	struct life life;

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	assert_taken(tell(&life, EVENT_SUPPLEMENT_ASKED, ROLE_AGENCY, 5));
	assert_int_equal(
		dossier_fold(&life.known, BEGAN_MS + 4 * MINUTE_MS).status, DOSSIER_SUBMITTED);
	assert_int_equal(
		dossier_fold(&life.known, BEGAN_MS + 5 * MINUTE_MS).status, DOSSIER_SUPPLEMENT);
	assert_int_equal(dossier_fold(&life.known, BEGAN_MS).status, DOSSIER_DRAFT);
}

static void the_order_of_arrival_does_not_matter(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
	struct life life;
	struct dossier_facts facts;

	(void)state;
	begin(&life, 3);
	carry(&life, LEG_SUBMIT, 1, 2, LEG_DELIVERED);
	carry(&life, LEG_SUPPLEMENT_IN, 6, 7, LEG_DELIVERED);
	for (int i = 0; i < 6; i++) {
		static const enum event_kind kinds[] = {EVENT_BOUND, EVENT_DUE_CHANGED,
			EVENT_SUPPLEMENT_ASKED, EVENT_BOUND, EVENT_RESULT_READY, EVENT_BOUND};
		static const int minutes[] = {3, 4, 5, 8, 9, 10};
		life.steps.steps[life.steps.count] = step_of(kinds[i], ROLE_AGENCY, minutes[i]);
		life.steps.steps[life.steps.count++].due_on = 20261201 + i;
	}
	facts = facts_of(&life);
	assert_int_equal(facts.status, DOSSIER_RESULT_READY);
	for (int round = 0; round < 500; round++) {
		struct dossier_facts again;
		for (guint i = life.steps.count - 1; i > 0; i--) {
			guint j = (guint)g_rand_int_range(random, 0, (gint32)i + 1);
			struct dossier_step kept = life.steps.steps[i];
			life.steps.steps[i] = life.steps.steps[j];
			life.steps.steps[j] = kept;
		}
		again = facts_of(&life);
		assert_memory_equal(&again, &facts, sizeof facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dossier_goes_its_whole_way),
		cmocka_unit_test(hand_overs_that_nobody_scanned_are_made_up_for),
		cmocka_unit_test(a_result_in_two_envelopes_is_delivered_with_the_second),
		cmocka_unit_test(what_went_back_to_its_sender_was_not_submitted),
		cmocka_unit_test(dates_are_the_last_that_stand),
		cmocka_unit_test(once_is_the_rule_and_a_supervisor_says_why_not),
		cmocka_unit_test(a_sender_shows_the_slip),
		cmocka_unit_test(it_is_not_closed_too_early),
		cmocka_unit_test(a_late_step_lies_where_it_belongs),
		cmocka_unit_test(a_late_step_that_unmakes_another_is_a_conflict),
		cmocka_unit_test(who_may_void_what),
		cmocka_unit_test(too_many_steps_are_refused),
		cmocka_unit_test(until_an_instant_is_what_was_known_of_it),
		cmocka_unit_test(the_order_of_arrival_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
