#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "model/track.h"

#define SEED 20261123
#define TRACKS 2000

/* Where the ordinals lie in one event's bytes. */
#define AT_KIND 52
#define AT_ROLE 53
#define AT_REASON 54
#define AT_LEG_KIND 55

static struct leg_track track;
static struct leg_track read_back;
static uint8_t bytes[(LEG_EVENTS_MAX + 1) * TRACK_EVENT_BYTES];

static void fill_random(GRand *random, void *ret_bytes, size_t length)
{
	uint8_t *at = ret_bytes;

	while (length-- > 0) {
		*at++ = (uint8_t)g_rand_int_range(random, 0, 256);
	}
}

static void make_random_event(GRand *random, struct leg_event *ret_event)
{
	memset(ret_event, 0, sizeof *ret_event);
	fill_random(random, &ret_event->id, sizeof ret_event->id);
	fill_random(random, &ret_event->target, sizeof ret_event->target);
	fill_random(random, &ret_event->occurred_at_ms, sizeof ret_event->occurred_at_ms);
	fill_random(random, &ret_event->account, sizeof ret_event->account);
	fill_random(random, &ret_event->office, sizeof ret_event->office);
	ret_event->kind = (enum event_kind)g_rand_int_range(random, 0, EVENT_KIND_COUNT);
	ret_event->role = (enum role)g_rand_int_range(random, 0, ROLE_COUNT);
	ret_event->reason = (enum reason)g_rand_int_range(random, 0, REASON_COUNT);
	ret_event->leg_kind = (enum leg_kind)g_rand_int_range(random, 0, LEG_KIND_COUNT);
	ret_event->enough = (unsigned)g_rand_int_range(random, 0, 4);
}

static void assert_same_event(const struct leg_event *a, const struct leg_event *b)
{
	assert_memory_equal(&a->id, &b->id, sizeof a->id);
	assert_memory_equal(&a->target, &b->target, sizeof a->target);
	assert_true(a->occurred_at_ms == b->occurred_at_ms);
	assert_true(a->account == b->account);
	assert_int_equal(a->office, b->office);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->role, b->role);
	assert_int_equal(a->reason, b->reason);
	assert_int_equal(a->leg_kind, b->leg_kind);
	assert_int_equal(a->enough, b->enough);
}

static void a_track_comes_back_as_it_was(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);

	(void)state;
	for (int i = 0; i < TRACKS; i++) {
		size_t length;

		/* The longest one is among them. */
		track.count = i == 0 ? LEG_EVENTS_MAX : (unsigned)g_rand_int_range(random, 0, 20);
		for (unsigned n = 0; n < track.count; n++) {
			make_random_event(random, &track.events[n]);
		}
		length = track_encode(&track, bytes);
		assert_int_equal(length, track.count * TRACK_EVENT_BYTES);
		assert_true(track_decode(bytes, length, &read_back));
		assert_int_equal(read_back.count, track.count);
		for (unsigned n = 0; n < track.count; n++) {
			assert_same_event(&read_back.events[n], &track.events[n]);
		}
	}
}

static size_t encode_three(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(SEED);

	track.count = 3;
	for (unsigned n = 0; n < track.count; n++) {
		make_random_event(random, &track.events[n]);
	}
	return track_encode(&track, bytes);
}

static void a_track_that_was_cut_is_refused(void **state)
{
	size_t whole = encode_three();

	(void)state;
	for (size_t length = 0; length <= whole; length++) {
		assert_int_equal(
			track_decode(bytes, length, &read_back), length % TRACK_EVENT_BYTES == 0);
	}
}

static void a_track_that_is_too_long_is_refused(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof bytes);
	assert_true(track_decode(bytes, LEG_EVENTS_MAX * TRACK_EVENT_BYTES, &read_back));
	assert_false(track_decode(bytes, (LEG_EVENTS_MAX + 1) * TRACK_EVENT_BYTES, &read_back));
}

static void an_ordinal_that_no_table_has_is_refused(void **state)
{
	static const struct {
		size_t at;
		int count;
	} ordinals[] = {{AT_KIND, EVENT_KIND_COUNT}, {AT_ROLE, ROLE_COUNT},
		{AT_REASON, REASON_COUNT}, {AT_LEG_KIND, LEG_KIND_COUNT}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ordinals); i++) {
		for (size_t event = 0; event < 3; event++) {
			size_t length = encode_three();

			for (int value = 0; value < 256; value++) {
				bytes[event * TRACK_EVENT_BYTES + ordinals[i].at] = (uint8_t)value;
				assert_int_equal(track_decode(bytes, length, &read_back),
					value < ordinals[i].count);
			}
		}
	}
}

/* These bytes lie in databases: a row of a table that moved would turn one event into another. */
static void what_is_kept_on_disk_keeps_its_meaning(void **state)
{
	static const char *const kinds[] = {"requested", "assigned", "pickup_failed", "accepted",
		"dispatched", "arrived", "out_for_delivery", "delivered", "delivery_failed",
		"invited", "held", "redirected", "returning", "returned", "cancelled", "lost",
		"damaged", "found", "fee", "note", "bound", "void"};
	static const char *const roles[] = {"clerk", "courier", "supervisor", "agency", "system"};
	static const char *const reasons[] = {"", "A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3",
		"B4", "B5", "B6", "B7", "B8", "RC", "OT"};
	static const char *const leg_kinds[] = {"submit", "slip", "supplement_out", "supplement_in",
		"result", "refused", "reclaim", "inter"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		assert_string_equal(event_wire((enum event_kind)i), kinds[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		assert_string_equal(role_wire((enum role)i), roles[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) {
		assert_string_equal(reason_wire((enum reason)i), reasons[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(leg_kinds); i++) {
		assert_string_equal(leg_kind_wire((enum leg_kind)i), leg_kinds[i]);
	}
	assert_int_equal(LEG_TO_AGENCY_DATA, 1);
	assert_int_equal(LEG_TO_CITIZEN_DATA, 2);
}

static void the_bytes_of_one_event_are_these(void **state)
{
	static const uint8_t expected[TRACK_EVENT_BYTES] = {/* id */ 0x11, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0x22, /* target */ 0x33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x44, /* occurred_at */ 0, 0, 1, 0xa2, 5, 6, 7, 8, /* account */ 0, 0, 0, 0, 0, 0,
		1, 2, /* office */ 0, 0, 0, 9, /* kind, role, reason, leg kind, enough */ 21, 2, 5,
		4, 3};

	(void)state;
	memset(&track, 0, sizeof track);
	track.count = 1;
	track.events[0] = (struct leg_event){.occurred_at_ms = 0x01a205060708,
		.account = 0x0102,
		.office = 9,
		.kind = EVENT_VOID,
		.role = ROLE_SUPERVISOR,
		.reason = REASON_A5,
		.leg_kind = LEG_RESULT,
		.enough = 3};
	track.events[0].id.bytes[0] = 0x11;
	track.events[0].id.bytes[15] = 0x22;
	track.events[0].target.bytes[0] = 0x33;
	track.events[0].target.bytes[15] = 0x44;
	assert_int_equal(track_encode(&track, bytes), TRACK_EVENT_BYTES);
	assert_memory_equal(bytes, expected, sizeof expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_track_comes_back_as_it_was),
		cmocka_unit_test(a_track_that_was_cut_is_refused),
		cmocka_unit_test(a_track_that_is_too_long_is_refused),
		cmocka_unit_test(an_ordinal_that_no_table_has_is_refused),
		cmocka_unit_test(what_is_kept_on_disk_keeps_its_meaning),
		cmocka_unit_test(the_bytes_of_one_event_are_these),
	};

	return cmocka_run_group_tests_name("track", tests, NULL, NULL);
}
