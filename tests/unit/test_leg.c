#include "unit.h"

#include <string.h>

#include <hoso/leg.h>

#define DAY_MS (24LL * 3600 * 1000)
#define MONDAY_MS (20780 * DAY_MS + 3LL * 3600 * 1000) /* 2026-11-23, 10:00 in Viet Nam */
#define HERE 7
#define ELSEWHERE 8

/*
 * What each kind of event does in each state, for a supervisor with complete data and a reason that
 * lets an item go back, a day after the leg came into that state. Columns, in the order of the
 * states: New Requested Assigned Pickup_failed Accepted in_Transit arriVed Out attempt_Failed Held
 * Delivered returninG Returned Cancelled Lost. > moves    g moves over a hand-over that nobody
 * scanned    . recorded, stays = a duplicate    x a conflict    ? an unknown item
 */
/* clang-format off */
static const struct {
	enum event_kind kind;
	enum leg_state to;
	const char *elsewhere; /* scanned in another office than the one it was in: NRAPATVOFHDGRCL */
	const char *here;
} cells[] = {
	{EVENT_REQUESTED, LEG_REQUESTED,               ">xxxxxxxxxxxxxx", ">=xxxxxxxxxxxxx"},
	{EVENT_ASSIGNED, LEG_ASSIGNED,                 "?>x>xxxxxxxxxxx", "?>=>xxxxxxxxxxx"},
	{EVENT_PICKUP_FAILED, LEG_PICKUP_FAILED,       "?g>xxxxxxxxxxxx", "?>>=xxxxxxxxxxx"},
	{EVENT_ACCEPTED, LEG_ACCEPTED,                 ">>>gxxxxxxxxxxx", ">>>>=xxxxxxxxxx"},
	{EVENT_DISPATCHED, LEG_IN_TRANSIT,             "?xxx>g>x..x.xxx", "?xxx>=>x..x.xxx"},
	{EVENT_ARRIVED, LEG_ARRIVED,                   "?xxxg>gx..x.xxx", "?xxx>>=x..x.xxx"},
	{EVENT_OUT_FOR_DELIVERY, LEG_OUT_FOR_DELIVERY, "?xxxgg>x>>x.xxx", "?xxx>>>=>>x.xxx"},
	{EVENT_DELIVERED, LEG_DELIVERED,               "?xxxgg>>g>xxxxx", "?xxx>>>>>>=xxxx"},
	{EVENT_DELIVERY_FAILED, LEG_ATTEMPT_FAILED,    "?xxxggg>ggxxxxx", "?xxx>>>>>>xxxxx"},
	{EVENT_INVITED, LEG_HELD,                      "?xxxxxgx>>xxxxx", "?xxxxx>x>>xxxxx"},
	{EVENT_HELD, LEG_HELD,                         "?xxxgg>x>xxxxxx", "?xxx>>>x>=xxxxx"},
	{EVENT_REDIRECTED, LEG_STATE_COUNT,            "?.........x.xxx", "?.........x.xxx"},
	{EVENT_RETURNING, LEG_RETURNING,               "?xxx>>>>>>xxxxx", "?xxx>>>>>>x=xxx"},
	{EVENT_RETURNED, LEG_RETURNED,                 "?xxxxxxxxxx>xxx", "?xxxxxxxxxx>=xx"},
	{EVENT_CANCELLED, LEG_CANCELLED,               ">>>>xxxxxxxxxxx", ">>>>xxxxxxxxx=x"},
	{EVENT_LOST, LEG_LOST,                         "?xxx>>>>>>x>xxx", "?xxx>>>>>>x>xx="},
	{EVENT_DAMAGED, LEG_STATE_COUNT,               "?xxx......x.xxx", "?xxx......x.xxx"},
	{EVENT_FOUND, LEG_ARRIVED,                     "?xxxxxxxxxxxxx>", "?xxxxx=xxxxxxx>"},
	{EVENT_FEE, LEG_STATE_COUNT,                   "?..............", "?.............."},
	{EVENT_NOTE, LEG_STATE_COUNT,                  "?..............", "?.............."},
	{EVENT_BOUND, LEG_STATE_COUNT,                 "?..............", "?.............."},
	{EVENT_VOID, LEG_STATE_COUNT,                  "...............", "..............."},
};

/* Who may record what: clerk, b (courier), supervisor, agency, y (system). */
static const char *const may[EVENT_SCAN_COUNT] = {
	[EVENT_REQUESTED] = "csy", [EVENT_ASSIGNED] = "cs", [EVENT_PICKUP_FAILED] = "cbs",
	[EVENT_ACCEPTED] = "cbsa", [EVENT_DISPATCHED] = "cs", [EVENT_ARRIVED] = "cs",
	[EVENT_OUT_FOR_DELIVERY] = "cbs", [EVENT_DELIVERED] = "cbsa", [EVENT_DELIVERY_FAILED] = "cbs",
	[EVENT_INVITED] = "csy", [EVENT_HELD] = "cs", [EVENT_REDIRECTED] = "cs", [EVENT_RETURNING] = "s",
	[EVENT_RETURNED] = "cbsa", [EVENT_CANCELLED] = "csy", [EVENT_LOST] = "s", [EVENT_DAMAGED] = "cbs",
	[EVENT_FOUND] = "s", [EVENT_FEE] = "cbs", [EVENT_NOTE] = "cbsay", [EVENT_BOUND] = "csay",
	[EVENT_VOID] = "cbsa",
};
/* clang-format on */

static const char role_letters[ROLE_COUNT + 1] = {[ROLE_CLERK] = 'c',
	[ROLE_COURIER] = 'b',
	[ROLE_SUPERVISOR] = 's',
	[ROLE_AGENCY] = 'a',
	[ROLE_SYSTEM] = 'y'};

static struct leg leg_in(enum leg_state state)
{
	return (struct leg){.state = state,
		.kind = LEG_SUBMIT,
		.state_at_ms = MONDAY_MS - DAY_MS,
		.state_office = HERE};
}

static struct leg_event event_of(enum event_kind kind)
{
	return (struct leg_event){.kind = kind,
		.occurred_at_ms = MONDAY_MS,
		.office = HERE,
		.role = ROLE_SUPERVISOR,
		.reason = REASON_A5,
		.enough = LEG_TO_AGENCY_DATA | LEG_TO_CITIZEN_DATA};
}

static struct leg_step apply_at(struct leg *leg, enum event_kind kind, int64_t at_ms)
{
	struct leg_event event = event_of(kind);

	event.occurred_at_ms = at_ms;
	return leg_apply(leg, &event);
}

static void assert_moved(const struct leg *leg, const struct leg_event *event, enum leg_state to)
{
	assert_int_equal(leg->state, to);
	assert_int_equal(leg->state_at_ms, event->occurred_at_ms);
	assert_int_equal(leg->state_office, event->office);
	assert_int_equal(leg->conflicts, 0);
}

/* Nothing but the number of conflicts is another one. */
static void assert_unmoved(const struct leg *leg, const struct leg *before, unsigned conflicts)
{
	struct leg expected = *before;

	expected.conflicts = conflicts;
	assert_memory_equal(leg, &expected, sizeof expected);
}

static void assert_cell(
	char cell, enum leg_state state, enum leg_state to, const struct leg_event *event)
{
	struct leg before = leg_in(state);
	struct leg leg = before;
	struct leg_step step = leg_apply(&leg, event);

	assert_int_equal(step.gap, cell == 'g');
	assert_int_equal(leg.gaps, cell == 'g');
	if (cell == '>' || cell == 'g') {
		assert_int_equal(step.verdict, VERDICT_RECORDED);
		assert_moved(&leg, event, to);
		return;
	}
	assert_unmoved(&leg, &before, cell == 'x' || cell == '?');
	if (cell == 'x') {
		assert_int_equal(step.verdict, VERDICT_CONFLICT);
		assert_int_equal(step.why, HOSO_WRONG_STATE);
	} else if (cell == '?') {
		assert_int_equal(step.verdict, VERDICT_UNKNOWN_ITEM);
		assert_int_equal(step.why, HOSO_NOT_ACCEPTED);
	} else {
		assert_int_equal(step.verdict, cell == '=' ? VERDICT_DUPLICATE : VERDICT_RECORDED);
		assert_int_equal(step.why, HOSO_OK);
	}
}

static void every_event_in_every_state_does_what_the_table_says(void **state)
{
	(void)state;
	assert_int_equal(sizeof cells / sizeof *cells, EVENT_SCAN_COUNT);
	for (int row = 0; row < EVENT_SCAN_COUNT; row++) {
		struct leg_event event = event_of(cells[row].kind);

		assert_int_equal(cells[row].kind, row);
		assert_int_equal(strlen(cells[row].here), LEG_STATE_COUNT);
		assert_int_equal(strlen(cells[row].elsewhere), LEG_STATE_COUNT);
		for (int column = 0; column < LEG_STATE_COUNT; column++) {
			event.office = HERE;
			assert_cell(cells[row].here[column], (enum leg_state)column, cells[row].to,
				&event);
			event.office = ELSEWHERE;
			assert_cell(cells[row].elsewhere[column], (enum leg_state)column,
				cells[row].to, &event);
		}
	}
}

static void every_role_may_record_its_own_kinds_and_no_others(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_SCAN_COUNT; kind++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			struct leg before = leg_in(LEG_OUT_FOR_DELIVERY);
			struct leg leg = before;
			struct leg_event event = event_of((enum event_kind)kind);
			struct leg_step step;

			event.role = (enum role)role;
			step = leg_apply(&leg, &event);
			if (strchr(may[kind], role_letters[role])) {
				assert_int_not_equal(step.verdict, VERDICT_REFUSED);
			} else {
				assert_int_equal(step.verdict, VERDICT_REFUSED);
				assert_int_equal(step.why, HOSO_WRONG_ROLE);
				assert_unmoved(&leg, &before, 0);
			}
		}
	}
}

static void a_wrong_role_is_refused_in_every_state(void **state)
{
	(void)state;
	for (int at = 0; at < LEG_STATE_COUNT; at++) {
		struct leg leg = leg_in((enum leg_state)at);
		struct leg_event event = event_of(EVENT_RETURNING);

		event.role = ROLE_COURIER;
		assert_int_equal(leg_apply(&leg, &event).why, HOSO_WRONG_ROLE);
		assert_int_equal(leg.state, at);
	}
}

/* To the agency an officer signs minutes; to a citizen somebody shows a paper. Neither proves the
 * other. */
static void a_delivery_needs_the_proof_of_its_own_direction(void **state)
{
	static const bool to_agency[LEG_KIND_COUNT] = {[LEG_SUBMIT] = true,
		[LEG_SUPPLEMENT_IN] = true,
		[LEG_RECLAIM] = true,
		[LEG_INTER] = true};

	(void)state;
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		assert_int_equal(leg_kind_to_agency((enum leg_kind)kind), to_agency[kind]);
		for (unsigned enough = 0; enough < 4; enough++) {
			unsigned needed =
				to_agency[kind] ? LEG_TO_AGENCY_DATA : LEG_TO_CITIZEN_DATA;
			struct leg leg = leg_in(LEG_OUT_FOR_DELIVERY);
			struct leg_event event = event_of(EVENT_DELIVERED);
			struct leg_step step;

			leg.kind = (enum leg_kind)kind;
			event.enough = enough;
			step = leg_apply(&leg, &event);
			assert_int_equal(step.why, enough & needed ? HOSO_OK : HOSO_MISSING_DATA);
			assert_int_equal(
				step.verdict, enough & needed ? VERDICT_RECORDED : VERDICT_REFUSED);
			assert_int_equal(
				leg.state, enough & needed ? LEG_DELIVERED : LEG_OUT_FOR_DELIVERY);
		}
	}
}

static void an_acceptance_says_what_kind_of_leg_it_is(void **state)
{
	(void)state;
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		struct leg leg = leg_in(LEG_NEW);
		struct leg_event event = event_of(EVENT_ACCEPTED);

		event.leg_kind = (enum leg_kind)kind;
		leg_apply(&leg, &event);
		assert_int_equal(leg.kind, kind);
	}
}

static void an_invitation_counts_once_a_local_day(void **state)
{
	struct leg leg = leg_in(LEG_HELD);
	int64_t midnight_ms =
		MONDAY_MS + 14LL * 3600 * 1000; /* of the local day; UTC is seven hours behind */

	(void)state;
	assert_int_equal(apply_at(&leg, EVENT_INVITED, MONDAY_MS).verdict, VERDICT_RECORDED);
	assert_int_equal(apply_at(&leg, EVENT_INVITED, MONDAY_MS + 1).verdict, VERDICT_DUPLICATE);
	assert_int_equal(apply_at(&leg, EVENT_INVITED, midnight_ms - 1).verdict, VERDICT_DUPLICATE);
	assert_int_equal(leg.invitations, 1);
	assert_int_equal(apply_at(&leg, EVENT_INVITED, midnight_ms).verdict, VERDICT_RECORDED);
	assert_int_equal(leg.invitations, 2);
	assert_int_equal(leg.first_invited_at_ms, MONDAY_MS);
	assert_int_equal(leg.last_invited_at_ms, midnight_ms);
	assert_int_equal(leg.conflicts, 0);
}

static void a_failed_delivery_counts_once_a_local_day(void **state)
{
	struct leg leg = leg_in(LEG_OUT_FOR_DELIVERY);

	(void)state;
	assert_int_equal(
		apply_at(&leg, EVENT_DELIVERY_FAILED, MONDAY_MS).verdict, VERDICT_RECORDED);
	assert_int_equal(apply_at(&leg, EVENT_DELIVERY_FAILED, MONDAY_MS + 60000).verdict,
		VERDICT_DUPLICATE);
	assert_int_equal(leg.attempts, 1);
	assert_int_equal(apply_at(&leg, EVENT_DELIVERY_FAILED, MONDAY_MS + DAY_MS).verdict,
		VERDICT_RECORDED);
	assert_int_equal(leg.attempts, 2);
}

static struct leg_step return_after(
	enum leg_state at, int first_day, int second_day, enum reason reason)
{
	struct leg leg = leg_in(at);
	struct leg_event event = event_of(EVENT_RETURNING);
	struct leg_step step;

	if (second_day >= first_day) {
		leg.invitations = 2;
		leg.first_invited_at_ms = MONDAY_MS + first_day * DAY_MS;
		leg.last_invited_at_ms = MONDAY_MS + second_day * DAY_MS;
	}
	event.reason = reason;
	step = leg_apply(&leg, &event);
	assert_int_equal(leg.state, step.verdict == VERDICT_RECORDED ? LEG_RETURNING : at);
	return step;
}

static void two_invitations_two_days_apart_let_an_item_back(void **state)
{
	static const struct {
		int first, second; /* days after Monday */
		bool enough;
	} cases[] = {{0, 1, false}, {0, 2, true}, {0, 4, true}, {3, 4, false}, {4, 5, false},
		{4, 6, true}, {4, 7, true}, {4, 8, true}, {5, 6, false}, {5, 8, true}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (enum leg_state at = LEG_ATTEMPT_FAILED; at <= LEG_HELD; at++) {
			struct leg_step step =
				return_after(at, cases[i].first, cases[i].second, REASON_A4);
			assert_int_equal(step.why, cases[i].enough ? HOSO_OK : HOSO_TOO_EARLY);
			assert_int_equal(
				step.verdict, cases[i].enough ? VERDICT_RECORDED : VERDICT_REFUSED);
		}
	}
	/* What is on its way is not at hand to go back, however often somebody was invited before.
	 */
	assert_int_equal(return_after(LEG_OUT_FOR_DELIVERY, 0, 4, REASON_A4).why, HOSO_TOO_EARLY);
}

static void one_invitation_is_not_enough(void **state)
{
	struct leg leg = leg_in(LEG_HELD);
	struct leg_event event = event_of(EVENT_RETURNING);

	(void)state;
	leg.invitations = 1;
	leg.first_invited_at_ms = MONDAY_MS - 30 * DAY_MS;
	leg.last_invited_at_ms = MONDAY_MS;
	event.reason = REASON_A4;
	assert_int_equal(leg_apply(&leg, &event).why, HOSO_TOO_EARLY);
}

static void only_some_reasons_let_an_item_back_uninvited(void **state)
{
	static const bool lets_back[REASON_COUNT] = {[REASON_A1] = true,
		[REASON_A2] = true,
		[REASON_A5] = true,
		[REASON_B8] = true,
		[REASON_RC] = true};

	(void)state;
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		for (enum leg_state at = LEG_ACCEPTED; at <= LEG_HELD; at++) {
			struct leg_step step = return_after(at, 1, 0, (enum reason)reason);
			assert_int_equal(step.why, lets_back[reason] ? HOSO_OK : HOSO_TOO_EARLY);
		}
	}
}

static void states_and_kinds_have_tokens_that_come_back(void **state)
{
	static const bool terminal[LEG_STATE_COUNT] = {[LEG_DELIVERED] = true,
		[LEG_RETURNED] = true,
		[LEG_CANCELLED] = true,
		[LEG_LOST] = true};

	(void)state;
	for (int at = 0; at < LEG_STATE_COUNT; at++) {
		assert_int_equal(leg_state_from_wire(leg_state_wire((enum leg_state)at)), at);
		assert_true(strlen(leg_state_label((enum leg_state)at)) > 1);
		assert_int_equal(leg_state_is_terminal((enum leg_state)at), terminal[at]);
	}
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		assert_int_equal(leg_kind_from_wire(leg_kind_wire((enum leg_kind)kind)), kind);
		assert_true(strlen(leg_kind_label((enum leg_kind)kind)) > 1);
	}
	assert_int_equal(leg_state_from_wire("Held"), LEG_STATE_COUNT);
	assert_int_equal(leg_kind_from_wire(""), LEG_KIND_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_in_every_state_does_what_the_table_says),
		cmocka_unit_test(every_role_may_record_its_own_kinds_and_no_others),
		cmocka_unit_test(a_wrong_role_is_refused_in_every_state),
		cmocka_unit_test(a_delivery_needs_the_proof_of_its_own_direction),
		cmocka_unit_test(an_acceptance_says_what_kind_of_leg_it_is),
		cmocka_unit_test(an_invitation_counts_once_a_local_day),
		cmocka_unit_test(a_failed_delivery_counts_once_a_local_day),
		cmocka_unit_test(two_invitations_two_days_apart_let_an_item_back),
		cmocka_unit_test(one_invitation_is_not_enough),
		cmocka_unit_test(only_some_reasons_let_an_item_back_uninvited),
		cmocka_unit_test(states_and_kinds_have_tokens_that_come_back),
	};

	return cmocka_run_group_tests_name("leg", tests, NULL, NULL);
}
