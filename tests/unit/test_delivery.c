#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "model/delivery.h"
#include "model/picture_kind.h"
#include "model/pin.h"

#define MONDAY 20780 /* 2026-11-23 */
#define TUESDAY (MONDAY + 1)
#define WEDNESDAY (MONDAY + 2)
#define THURSDAY (MONDAY + 3)
#define FRIDAY (MONDAY + 4)
#define NEXT_MONDAY (MONDAY + 7)
#define DAY_MS (86400LL * 1000)
#define NOON(day) ((day)*DAY_MS + 5 * 3600 * 1000) /* in Vietnam */

static const struct calendar plain = {0};
/* Tết: Wednesday to Friday off */
static const struct calendar tet = {3, {{WEDNESDAY, false}, {THURSDAY, false}, {FRIDAY, false}}};

static struct leg leg_of(enum leg_kind kind, enum leg_state state, int32_t since)
{
	return (struct leg){
		.kind = kind, .state = state, .state_at_ms = NOON(since), .attempts = 1};
}

static struct leg invited(unsigned times, int32_t first, int32_t last)
{
	struct leg leg = leg_of(LEG_RESULT, LEG_HELD, last);

	leg.invitations = times;
	leg.first_invited_at_ms = NOON(first);
	leg.last_invited_at_ms = NOON(last);
	return leg;
}

/* clang-format off */
static const struct {
	enum reason reason;
	enum leg_kind kind;
	unsigned attempts;
	enum delivery_action actions[DELIVERY_STEPS_MAX];
} after_failure[] = {
	{REASON_A1, LEG_RESULT, 1, {DELIVERY_CALL, DELIVERY_REDIRECT, DELIVERY_RETURN}},
	{REASON_A2, LEG_RESULT, 1, {DELIVERY_REDIRECT, DELIVERY_RETURN}},
	{REASON_A3, LEG_RESULT, 1, {DELIVERY_INVITE, DELIVERY_REDIRECT}},
	{REASON_A4, LEG_RESULT, 1, {DELIVERY_RETURN}},
	{REASON_A5, LEG_RESULT, 1, {DELIVERY_RETURN}},
	{REASON_B1, LEG_RESULT, 1, {DELIVERY_AGAIN, DELIVERY_INVITE}},
	{REASON_B1, LEG_RESULT, 2, {DELIVERY_INVITE, DELIVERY_AGAIN}},
	{REASON_B1, LEG_SUBMIT, 1, {DELIVERY_AGAIN}},
	{REASON_B1, LEG_SUBMIT, 2, {DELIVERY_AGAIN}},
	{REASON_B2, LEG_SLIP, 1, {DELIVERY_INVITE, DELIVERY_AGAIN}},
	{REASON_B3, LEG_REFUSED, 1, {DELIVERY_AGAIN, DELIVERY_INVITE}},
	{REASON_B4, LEG_RESULT, 3, {DELIVERY_INVITE, DELIVERY_AGAIN}},
	{REASON_B5, LEG_RESULT, 1, {DELIVERY_ASK, DELIVERY_AGAIN}},
	{REASON_B6, LEG_RESULT, 2, {DELIVERY_AGAIN}},
	{REASON_B7, LEG_SUBMIT, 1, {DELIVERY_AGAIN}},
	{REASON_B8, LEG_SUPPLEMENT_IN, 1, {DELIVERY_RETURN, DELIVERY_ASK}},
	{REASON_RC, LEG_RESULT, 1, {DELIVERY_RETURN}},
	{REASON_OT, LEG_RESULT, 1, {DELIVERY_CALL, DELIVERY_AGAIN, DELIVERY_INVITE}},
	{REASON_NONE, LEG_RESULT, 1, {DELIVERY_AGAIN, DELIVERY_INVITE}},
};
/* clang-format on */

static void each_reason_leads_to_its_steps(void **state)
{
	struct delivery_step steps[DELIVERY_STEPS_MAX];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(after_failure); i++) {
		struct leg leg = leg_of(after_failure[i].kind, LEG_ATTEMPT_FAILED, MONDAY);
		unsigned count, expected = 0;

		leg.attempts = after_failure[i].attempts;
		count = delivery_steps(&leg, after_failure[i].reason, MONDAY, &plain, steps);
		while (expected < DELIVERY_STEPS_MAX && after_failure[i].actions[expected]) {
			expected++;
		}
		assert_int_equal(count, expected);
		for (unsigned step = 0; step < count; step++) {
			assert_int_equal(steps[step].action, after_failure[i].actions[step]);
			assert_true(steps[step].from_day >= MONDAY);
			assert_true(!steps[step].until_day ||
				    steps[step].until_day >= steps[step].from_day);
		}
	}
}

static void a_step_is_on_working_days(void **state)
{
	/* clang-format off */
	static const struct {
		enum reason reason; int32_t failed, today; const struct calendar *calendar;
		int32_t from, until;
	} cases[] = {
		{REASON_B1, MONDAY, MONDAY, &plain, TUESDAY, WEDNESDAY},
		{REASON_B1, FRIDAY, FRIDAY, &plain, NEXT_MONDAY, NEXT_MONDAY + 1},
		{REASON_B1, TUESDAY, TUESDAY, &tet, NEXT_MONDAY, NEXT_MONDAY + 1},
		{REASON_B1, MONDAY, THURSDAY, &plain, THURSDAY, FRIDAY}, /* it should have been done before */
		{REASON_A3, MONDAY, MONDAY, &plain, MONDAY, TUESDAY},
		{REASON_A3, FRIDAY + 1, FRIDAY + 1, &plain, NEXT_MONDAY, NEXT_MONDAY + 1},
		{REASON_A5, TUESDAY, WEDNESDAY, &tet, NEXT_MONDAY, 0},
	};
	/* clang-format on */
	struct delivery_step steps[DELIVERY_STEPS_MAX];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct leg leg = leg_of(LEG_RESULT, LEG_ATTEMPT_FAILED, cases[i].failed);

		delivery_steps(&leg, cases[i].reason, cases[i].today, cases[i].calendar, steps);
		assert_int_equal(steps[0].from_day, cases[i].from);
		assert_int_equal(steps[0].until_day, cases[i].until);
	}
}

static void a_held_item_is_invited_for_twice_and_then_goes_back(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned times; int32_t first, last, today; enum delivery_action action, second; int32_t from;
	} cases[] = {
		{0, 0, 0, MONDAY, DELIVERY_INVITE, DELIVERY_NONE, MONDAY},
		{1, MONDAY, MONDAY, MONDAY, DELIVERY_WAIT, DELIVERY_INVITE, MONDAY},
		{1, MONDAY, MONDAY, TUESDAY, DELIVERY_WAIT, DELIVERY_INVITE, TUESDAY},
		{1, MONDAY, MONDAY, WEDNESDAY, DELIVERY_INVITE, DELIVERY_NONE, WEDNESDAY},
		{1, FRIDAY, FRIDAY, FRIDAY + 2, DELIVERY_WAIT, DELIVERY_INVITE, FRIDAY + 2},
		{2, MONDAY, TUESDAY, TUESDAY, DELIVERY_WAIT, DELIVERY_INVITE, TUESDAY}, /* too near: from before the rule */
		{2, MONDAY, WEDNESDAY, WEDNESDAY, DELIVERY_RETURN, DELIVERY_NONE, WEDNESDAY},
	};
	/* clang-format on */
	struct delivery_step steps[DELIVERY_STEPS_MAX];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct leg leg = invited(cases[i].times, cases[i].first, cases[i].last);
		unsigned count = delivery_steps(&leg, REASON_B1, cases[i].today, &plain, steps);

		assert_int_equal(steps[0].action, cases[i].action);
		assert_int_equal(steps[0].from_day, cases[i].from);
		assert_int_equal(count, 1 + (cases[i].second != DELIVERY_NONE));
		if (count > 1) {
			assert_int_equal(steps[1].action, cases[i].second);
			assert_int_equal(steps[0].until_day, steps[1].from_day);
		}
	}
}

static void other_states_have_one_step_or_none(void **state)
{
	struct delivery_step steps[DELIVERY_STEPS_MAX];

	(void)state;
	for (int at = 0; at < LEG_STATE_COUNT; at++) {
		struct leg leg = leg_of(LEG_RESULT, (enum leg_state)at, MONDAY);
		unsigned count = delivery_steps(&leg, REASON_NONE, MONDAY, &plain, steps);

		if (at == LEG_ARRIVED || at == LEG_OUT_FOR_DELIVERY) {
			assert_int_equal(steps[0].action, DELIVERY_DELIVER);
		} else if (at == LEG_RETURNING) {
			assert_int_equal(steps[0].action, DELIVERY_HAND_BACK);
		} else if (at != LEG_ATTEMPT_FAILED && at != LEG_HELD) {
			assert_int_equal(count, 0);
		}
	}
}

static void it_may_go_back_when_the_rules_allow(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned times; int32_t first, last; enum reason reason; int32_t day; enum hoso_error why;
	} cases[] = {
		{0, 0, 0, REASON_B1, MONDAY + 7 + 2, HOSO_RETURN_UNINVITED},
		{0, 0, 0, REASON_A5, NEXT_MONDAY, HOSO_RETURN_UNINVITED},
		{1, MONDAY, MONDAY, REASON_B1, NEXT_MONDAY, HOSO_RETURN_INVITED_ONCE},
		{1, FRIDAY, FRIDAY, REASON_B1, NEXT_MONDAY + 1, HOSO_RETURN_INVITED_ONCE},
		{2, FRIDAY, FRIDAY, REASON_B1, NEXT_MONDAY + 1, HOSO_TOO_EARLY},
		{2, MONDAY, WEDNESDAY, REASON_B1, NEXT_MONDAY, HOSO_TOO_EARLY},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct leg leg = invited(cases[i].times, cases[i].first, cases[i].last);

		assert_int_equal(delivery_return_day(&leg, cases[i].reason, NEXT_MONDAY, &plain),
			cases[i].day);
		assert_int_equal(delivery_return_why(&leg), cases[i].why);
	}
}

static void a_reason_must_fit_the_leg(void **state)
{
	struct leg result = leg_of(LEG_RESULT, LEG_OUT_FOR_DELIVERY, MONDAY);
	struct leg submit = leg_of(LEG_SUBMIT, LEG_OUT_FOR_DELIVERY, MONDAY);
	struct leg enough = invited(2, MONDAY, WEDNESDAY);
	struct leg near = invited(2, MONDAY, TUESDAY);

	(void)state;
	assert_int_equal(delivery_check_reason(&result, REASON_A4, &plain), HOSO_REASON_UNINVITED);
	assert_int_equal(delivery_check_reason(&near, REASON_A4, &plain), HOSO_REASON_UNINVITED);
	assert_int_equal(delivery_check_reason(&enough, REASON_A4, &plain), HOSO_OK);
	assert_int_equal(delivery_check_reason(&enough, REASON_A4, &tet), HOSO_REASON_UNINVITED);
	assert_int_equal(
		delivery_check_reason(&result, REASON_B7, &plain), HOSO_REASON_AGENCY_ONLY);
	assert_int_equal(
		delivery_check_reason(&result, REASON_B8, &plain), HOSO_REASON_AGENCY_ONLY);
	assert_int_equal(delivery_check_reason(&submit, REASON_B7, &plain), HOSO_OK);
	assert_int_equal(delivery_check_reason(&submit, REASON_B8, &plain), HOSO_OK);
}

static void the_day_agreed_on_is_a_working_day_to_come(void **state)
{
	(void)state;
	assert_int_equal(delivery_check_next(MONDAY, MONDAY, &plain), HOSO_OK);
	assert_int_equal(delivery_check_next(MONDAY - 3, MONDAY, &plain), HOSO_NEXT_ON_PAST);
	assert_int_equal(delivery_check_next(FRIDAY + 1, MONDAY, &plain), HOSO_NEXT_ON_HOLIDAY);
	assert_int_equal(delivery_check_next(WEDNESDAY, MONDAY, &plain), HOSO_OK);
	assert_int_equal(delivery_check_next(WEDNESDAY, MONDAY, &tet), HOSO_NEXT_ON_HOLIDAY);
}

static void invitations_are_two_working_days_apart(void **state)
{
	struct leg once = invited(1, MONDAY, MONDAY);
	struct leg none = leg_of(LEG_RESULT, LEG_ATTEMPT_FAILED, MONDAY);

	(void)state;
	assert_int_equal(delivery_check_invitation(&none, MONDAY, &plain), HOSO_OK);
	assert_int_equal(delivery_check_invitation(&once, TUESDAY, &plain), HOSO_INVITED_EARLY);
	assert_int_equal(delivery_check_invitation(&once, WEDNESDAY, &plain), HOSO_OK);
	assert_int_equal(delivery_check_invitation(&once, WEDNESDAY, &tet), HOSO_INVITED_EARLY);
	assert_int_equal(delivery_check_invitation(&once, NEXT_MONDAY + 1, &tet), HOSO_OK);
	/* one that comes late from a device, before the one that is known */
	assert_int_equal(delivery_check_invitation(&once, MONDAY - 3, &plain), HOSO_INVITED_EARLY);
	assert_int_equal(delivery_check_invitation(&once, MONDAY - 4, &plain), HOSO_OK);
}

#define GOOD .reclaim = "", .reclaimed = ""

static void a_delivery_shows_what_is_due(void **state)
{
	/* clang-format off */
	static const struct { struct delivery_claim claim; enum hoso_error error; } cases[] = {
		{{GOOD}, HOSO_OK},
		{{GOOD, .collect_vnd = 5}, HOSO_COLLECT_DIFFERS},
		{{GOOD, .collect_vnd = 5, .collected_vnd = 5}, HOSO_OK},
		{{GOOD, .collect_vnd = 5, .collected_vnd = 6}, HOSO_COLLECT_DIFFERS},
		{{GOOD, .collected_vnd = 6}, HOSO_COLLECT_DIFFERS},
		{{GOOD, .collect_vnd = 5, .has_note = true}, HOSO_OK},
		{{GOOD, .wants_proof = true}, HOSO_PROOF_NEEDED},
		{{GOOD, .wants_proof = true, .has_proof = true}, HOSO_OK},
		{{GOOD, .wants_proof = true, .pin = PIN_RIGHT}, HOSO_OK},
		{{GOOD, .wants_proof = true, .has_note = true}, HOSO_PROOF_NEEDED},
		{{GOOD, .wants_proof = true, .has_note = true, .overrides = true}, HOSO_OK},
		{{GOOD, .pin = PIN_ABSENT}, HOSO_PIN_NEEDED},
		{{GOOD, .pin = PIN_ABSENT, .has_proof = true}, HOSO_PIN_NEEDED},
		{{GOOD, .pin = PIN_ABSENT, .overrides = true}, HOSO_OK},
		{{GOOD, .pin = PIN_WRONG, .overrides = true}, HOSO_PIN_WRONG},
		{{GOOD, .pin = PIN_LOCKED}, HOSO_PIN_LOCKED},
		{{GOOD, .pin = PIN_LOCKED, .overrides = true}, HOSO_OK},
		{{GOOD, .pin = PIN_RIGHT}, HOSO_OK},
		{{.reclaim = "a\nb\n", .reclaimed = "b\na\n"}, HOSO_OK},
		{{.reclaim = "a\nb\n", .reclaimed = "b\nc\n"}, HOSO_RECLAIM_OPEN},
		{{.reclaim = "a\nb\n", .reclaimed = ""}, HOSO_RECLAIM_OPEN},
		{{.reclaim = "a\n", .reclaimed = "ab\n"}, HOSO_RECLAIM_OPEN},
		{{.reclaim = "a\n", .reclaimed = "", .in_words = true}, HOSO_OK},
		{{.reclaim = "", .reclaimed = "a\n"}, HOSO_OK},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(delivery_check(&cases[i].claim), cases[i].error);
	}
}

static void add(struct leg_track *track, enum event_kind kind, uint8_t id, int64_t at_ms)
{
	struct leg_event *event = &track->events[track->count++];

	*event = (struct leg_event){.id = {{[15] = id}},
		.kind = kind,
		.occurred_at_ms = at_ms,
		.office = 1,
		.role = ROLE_SUPERVISOR,
		.leg_kind = LEG_RESULT,
		.enough = LEG_TO_CITIZEN_DATA};
}

static void the_last_redirect_that_counts_says_where_it_goes(void **state)
{
	static struct leg_track track;

	(void)state;
	assert_int_equal(delivery_redirect(&track).bytes[15], 0);
	add(&track, EVENT_ACCEPTED, 1, 1000);
	add(&track, EVENT_REDIRECTED, 2, 2000);
	assert_int_equal(delivery_redirect(&track).bytes[15], 2);
	add(&track, EVENT_REDIRECTED, 3, 3000);
	add(&track, EVENT_REDIRECTED, 4, 2500); /* came late */
	assert_int_equal(delivery_redirect(&track).bytes[15], 3);
	add(&track, EVENT_VOID, 5, 4000);
	track.events[track.count - 1].target.bytes[15] = 3;
	assert_int_equal(delivery_redirect(&track).bytes[15], 4);
	add(&track, EVENT_OUT_FOR_DELIVERY, 6, 4100);
	add(&track, EVENT_DELIVERED, 7, 4200);
	add(&track, EVENT_REDIRECTED, 8, 4300); /* when it was over */
	assert_int_equal(delivery_redirect(&track).bytes[15], 4);
}

static void the_last_failure_that_counts_has_the_reason(void **state)
{
	static struct leg_track track;

	(void)state;
	add(&track, EVENT_ACCEPTED, 1, 1000);
	assert_int_equal(delivery_last_reason(&track), REASON_NONE);
	add(&track, EVENT_DELIVERY_FAILED, 2, 2000);
	track.events[1].reason = REASON_B1;
	add(&track, EVENT_DELIVERY_FAILED, 3, 2000 + 2 * DAY_MS);
	track.events[2].reason = REASON_A5;
	assert_int_equal(delivery_last_reason(&track), REASON_A5);
	add(&track, EVENT_VOID, 4, 2000 + 3 * DAY_MS);
	track.events[3].target.bytes[15] = 3;
	assert_int_equal(delivery_last_reason(&track), REASON_B1);
}

static void a_pin_belongs_to_its_item_its_key_and_its_request(void **state)
{
	static const struct digest key = {{1}}, other_key = {{2}};
	static const struct uuid request = {{1}}, other_request = {{2}};
	char pin[PIN_SIZE], again[PIN_SIZE], other[PIN_SIZE];
	struct digest digest, same, different;

	(void)state;
	pin_make(&key, "RR123456785VN", &request, pin);
	pin_make(&key, "RR123456785VN", &request, again);
	assert_true(pin_is_shaped(pin));
	assert_string_equal(pin, again);
	pin_make(&key, "RR123456785VN", &other_request, other);
	assert_string_not_equal(pin, other);
	digest = pin_digest(&key, "RR123456785VN", pin);
	same = pin_digest(&key, "RR123456785VN", again);
	assert_memory_equal(&digest, &same, sizeof digest);
	different = pin_digest(&key, "RR000000155VN", pin);
	assert_memory_not_equal(&digest, &different, sizeof digest);
	different = pin_digest(&other_key, "RR123456785VN", pin);
	assert_memory_not_equal(&digest, &different, sizeof digest);
	assert_false(pin_is_shaped("12345"));
	assert_false(pin_is_shaped("1234567"));
	assert_false(pin_is_shaped("12345 "));
}

static void a_picture_is_told_by_its_beginning(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1a\n....";
	static const char jpeg[] = "\xff\xd8\xff\xe0........";
	static const char webp[] = "RIFF1234WEBP";
	static const char html[] = "<html><script>alert(1)</script>";

	(void)state;
	assert_true(picture_kind_is("image/png", png, sizeof png - 1));
	assert_true(picture_kind_is("image/jpeg; q=1", jpeg, sizeof jpeg - 1));
	assert_true(picture_kind_is("IMAGE/WEBP", webp, sizeof webp - 1));
	assert_false(picture_kind_is("image/png", html, sizeof html - 1));
	assert_false(picture_kind_is("image/png", jpeg, sizeof jpeg - 1));
	assert_false(picture_kind_is("image/jpeg", png, sizeof png - 1));
	assert_false(picture_kind_is("image/png", png, 8));
	assert_false(picture_kind_is("text/html", html, sizeof html - 1));
	assert_null(picture_kind_media("application/pdf"));
	assert_null(picture_kind_media(NULL));
	assert_string_equal(picture_kind_of(webp, sizeof webp - 1), "image/webp");
	assert_null(picture_kind_of(html, sizeof html - 1));
	assert_string_equal(picture_kind_ending("image/jpeg"), "jpg");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_leads_to_its_steps),
		cmocka_unit_test(a_step_is_on_working_days),
		cmocka_unit_test(a_held_item_is_invited_for_twice_and_then_goes_back),
		cmocka_unit_test(other_states_have_one_step_or_none),
		cmocka_unit_test(it_may_go_back_when_the_rules_allow),
		cmocka_unit_test(a_reason_must_fit_the_leg),
		cmocka_unit_test(the_day_agreed_on_is_a_working_day_to_come),
		cmocka_unit_test(invitations_are_two_working_days_apart),
		cmocka_unit_test(a_delivery_shows_what_is_due),
		cmocka_unit_test(the_last_redirect_that_counts_says_where_it_goes),
		cmocka_unit_test(the_last_failure_that_counts_has_the_reason),
		cmocka_unit_test(a_pin_belongs_to_its_item_its_key_and_its_request),
		cmocka_unit_test(a_picture_is_told_by_its_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
