#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/uuid7.h"
#include "model/manifest.h"

#define NOW_MS 1795402800000

static const struct actor clerk = {.account = 1, .office = 1, .role = ROLE_CLERK};

static void append(
	struct leg_track *track, enum event_kind kind, enum leg_kind leg_kind, enum role role)
{
	struct leg_event event = {.id = uuid7_make(NOW_MS - 1000 + track->count),
		.occurred_at_ms = NOW_MS - 1000 + track->count,
		.account = 1,
		.office = 1,
		.kind = kind,
		.role = role,
		.leg_kind = leg_kind,
		.enough = LEG_TO_AGENCY_DATA | LEG_TO_CITIZEN_DATA};
	struct leg leg;

	leg_append(track, &event, &leg);
}

/* An item that was accepted, and then perhaps @next. */
static struct leg_track *item_of(enum leg_kind kind, enum event_kind next)
{
	struct leg_track *track = g_new0(struct leg_track, 1);

	append(track, EVENT_ACCEPTED, kind, ROLE_CLERK);
	if (next != EVENT_KIND_COUNT) {
		append(track, next, kind, ROLE_SUPERVISOR);
	}
	return track;
}

#define ANY EVENT_KIND_COUNT

static const struct {
	const char *what;
	enum manifest_kind manifest;
	enum leg_kind leg;
	enum event_kind next;
	const char *agency;
	bool is_here, is_elsewhere;
	enum role role;
	enum verdict verdict;
	enum hoso_error why;
} cases[] = {
	{"bagged", MANIFEST_BAG, LEG_SUBMIT, ANY, "", 0, 0, ROLE_CLERK, VERDICT_RECORDED, HOSO_OK},
	{"by a courier", MANIFEST_BAG, LEG_SUBMIT, ANY, "", 0, 0, ROLE_COURIER, VERDICT_REFUSED,
		HOSO_WRONG_ROLE},
	{"on a route", MANIFEST_ROUTE, LEG_RESULT, ANY, "", 0, 0, ROLE_COURIER, VERDICT_RECORDED,
		HOSO_OK},
	{"handed over", MANIFEST_HANDOVER_IN, LEG_SUBMIT, ANY, "A", 0, 0, ROLE_CLERK,
		VERDICT_RECORDED, HOSO_OK},
	{"of another agency", MANIFEST_HANDOVER_IN, LEG_SUBMIT, ANY, "B", 0, 0, ROLE_CLERK,
		VERDICT_CONFLICT, HOSO_WRONG_PLACE},
	{"a result to the agency", MANIFEST_HANDOVER_IN, LEG_RESULT, ANY, "A", 0, 0, ROLE_CLERK,
		VERDICT_CONFLICT, HOSO_WRONG_STATE},
	{"delivered already", MANIFEST_HANDOVER_IN, LEG_SUBMIT, EVENT_DELIVERED, "A", 0, 0,
		ROLE_CLERK, VERDICT_DUPLICATE, HOSO_OK},
	{"lost", MANIFEST_HANDOVER_IN, LEG_SUBMIT, EVENT_LOST, "A", 0, 0, ROLE_CLERK,
		VERDICT_CONFLICT, HOSO_WRONG_STATE},
	{"from the agency", MANIFEST_HANDOVER_OUT, LEG_RESULT, ANY, "A", 0, 0, ROLE_CLERK,
		VERDICT_RECORDED, HOSO_OK},
	{"not from the agency", MANIFEST_HANDOVER_OUT, LEG_SUBMIT, ANY, "A", 0, 0, ROLE_CLERK,
		VERDICT_CONFLICT, HOSO_WRONG_STATE},
	{"money of a delivered one", MANIFEST_REMITTANCE, LEG_SUBMIT, EVENT_DELIVERED, "A", 0, 0,
		ROLE_CLERK, VERDICT_RECORDED, HOSO_OK},
	{"elsewhere too", MANIFEST_BAG, LEG_SUBMIT, ANY, "", 0, 1, ROLE_CLERK, VERDICT_CONFLICT,
		HOSO_ON_OTHER_MANIFEST},
	{"here already", MANIFEST_BAG, LEG_SUBMIT, ANY, "", 1, 1, ROLE_CLERK, VERDICT_DUPLICATE,
		HOSO_OK},
};

static void each_item_is_told_what_closing_would_make_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree struct leg_track *track = item_of(cases[i].leg, cases[i].next);
		struct manifest_item item = {.track = track,
			.agency = "A",
			.is_here = cases[i].is_here,
			.is_elsewhere = cases[i].is_elsewhere};
		struct actor actor = clerk;
		unsigned before = track->count;
		struct manifest_verdict said;

		actor.role = cases[i].role;
		said = manifest_judge(cases[i].manifest, cases[i].agency, &item, &actor, NOW_MS);
		if (said.verdict != cases[i].verdict || said.why != cases[i].why ||
			said.counts == cases[i].is_here) {
			fail_msg("%s: %s %s", cases[i].what, verdict_wire(said.verdict),
				error_wire(said.why));
		}
		assert_int_equal(track->count, before); /* nothing was moved */
	}
}

static void what_nobody_accepted_is_unknown(void **state)
{
	struct manifest_item item = {.agency = ""};
	struct leg_track track = {0};

	(void)state;
	assert_int_equal(manifest_judge(MANIFEST_BAG, "", &item, &clerk, NOW_MS).verdict,
		VERDICT_UNKNOWN_ITEM);
	item.track = &track;
	assert_int_equal(manifest_judge(MANIFEST_BAG, "", &item, &clerk, NOW_MS).verdict,
		VERDICT_UNKNOWN_ITEM);
}

static void every_value_of_the_seal_counts(void **state)
{
	const struct manifest_seal head = {.kind = MANIFEST_BAG,
		.office = "O",
		.agency = "",
		.next_office = "N",
		.courier = "",
		.label = "L",
		.opened_at_ms = 1,
		.signed_at_ms = 2,
		.signer = "S",
		.signer_unit = "U",
		.minutes = "M"};
	const struct manifest_seal_line line = {.item_code = "RR1",
		.complete = -1,
		.note = "",
		.money_kind = "",
		.amount_vnd = -1,
		.verdict = VERDICT_RECORDED,
		.why = HOSO_OK};
	struct digest whole = manifest_seal(&head, &line, 1);
	struct manifest_seal heads[] = {head, head, head, head, head, head, head, head};
	struct manifest_seal_line lines[] = {line, line, line, line, line, line, line};
	struct digest other;

	(void)state;
	heads[0].kind = MANIFEST_ROUTE;
	heads[1].office = "P";
	heads[2].agency = "N", heads[2].next_office = "";
	heads[3].label = "";
	heads[4].signed_at_ms = 3;
	heads[5].signer = "S2";
	heads[6].signer_unit = "";
	heads[7].minutes = "M2";
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		other = manifest_seal(&heads[i], &line, 1);
		assert_memory_not_equal(&whole, &other, sizeof whole);
	}
	lines[0].item_code = "RR2";
	lines[1].complete = 0;
	lines[2].note = "x";
	lines[3].money_kind = "fee";
	lines[4].amount_vnd = 0;
	lines[5].verdict = VERDICT_CONFLICT;
	lines[6].why = HOSO_WRONG_STATE;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		other = manifest_seal(&head, &lines[i], 1);
		assert_memory_not_equal(&whole, &other, sizeof whole);
	}
	other = manifest_seal(&head, &line, 0);
	assert_memory_not_equal(&whole, &other, sizeof whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_is_told_what_closing_would_make_of_it),
		cmocka_unit_test(what_nobody_accepted_is_unknown),
		cmocka_unit_test(every_value_of_the_seal_counts),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
