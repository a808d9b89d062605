#include "unit.h"

#include <string.h>

#include <glib.h>

#include "model/progress.h"

#define LEG(kind_, state_)                                                                         \
	{                                                                                          \
		.kind = kind_, .state = state_, .state_at_ms = 20, .accepted_at_ms = 10,           \
		.office = "", .address = "", .until = ""                                           \
	}

/* clang-format off */
/* One leg alone: the stages that are told, "" ends them, and a piece of what to do next. */
static const struct { struct progress_leg leg; const char *first, *second, *next; } alone[] = {
	{LEG(LEG_SUBMIT, LEG_NEW), "", "", "Bưu tá sẽ đến nhận hồ sơ"},
	{LEG(LEG_SUBMIT, LEG_REQUESTED), "", "", "Bưu tá sẽ đến nhận hồ sơ"},
	{LEG(LEG_SUBMIT, LEG_PICKUP_FAILED), "", "", "Hãy hẹn lại"},
	{LEG(LEG_RESULT, LEG_REQUESTED), "", "", "chưa nhận được từ cơ quan"},
	{LEG(LEG_SUBMIT, LEG_ACCEPTED), "taken_in", "", "đang chuyển hồ sơ đến cơ quan"},
	{LEG(LEG_SUBMIT, LEG_IN_TRANSIT), "taken_in", "", "đang chuyển hồ sơ đến cơ quan"},
	{LEG(LEG_SUBMIT, LEG_ATTEMPT_FAILED), "taken_in", "", "đang chuyển hồ sơ đến cơ quan"},
	{LEG(LEG_SUBMIT, LEG_DELIVERED), "taken_in", "handed_in", "Chờ cơ quan giải quyết"},
	{LEG(LEG_SUBMIT, LEG_RETURNED), "taken_in", "back", "người gửi"},
	{LEG(LEG_SUBMIT, LEG_CANCELLED), "cancelled", "", "mang hồ sơ đến bưu cục"},
	{LEG(LEG_SUBMIT, LEG_LOST), "taken_in", "searched", "phiếu gửi"},
	{LEG(LEG_SUPPLEMENT_OUT, LEG_OUT_FOR_DELIVERY), "supplement_wanted", "", "Bưu tá sẽ đến"},
	{LEG(LEG_SUPPLEMENT_OUT, LEG_DELIVERED), "supplement_wanted", "delivered", "phiếu yêu cầu bổ sung"},
	{LEG(LEG_SUPPLEMENT_IN, LEG_ACCEPTED), "supplement_taken_in", "", "đang chuyển hồ sơ"},
	{LEG(LEG_SUPPLEMENT_IN, LEG_DELIVERED), "supplement_taken_in", "supplement_handed_in", "Chờ cơ quan"},
	{LEG(LEG_RESULT, LEG_OUT_FOR_DELIVERY), "on_the_way", "", "giấy tờ tùy thân"},
	{LEG(LEG_RESULT, LEG_ATTEMPT_FAILED), "on_the_way", "waiting", "Mời đến bưu cục nhận."},
	{LEG(LEG_RESULT, LEG_HELD), "on_the_way", "waiting", "giấy ủy quyền"},
	{LEG(LEG_RESULT, LEG_DELIVERED), "on_the_way", "delivered", "Không cần làm gì thêm."},
	{LEG(LEG_RESULT, LEG_RETURNING), "on_the_way", "going_back", "Bộ phận Một cửa"},
	{LEG(LEG_RESULT, LEG_RETURNED), "on_the_way", "back", "Bộ phận Một cửa"},
	{LEG(LEG_SLIP, LEG_DELIVERED), "on_the_way", "delivered", "Chờ cơ quan giải quyết"},
	{LEG(LEG_REFUSED, LEG_DELIVERED), "on_the_way", "delivered", "Không cần làm gì thêm."},
};
/* clang-format on */

static struct progress_dossier one_leg(const struct progress_leg *leg)
{
	return (struct progress_dossier){.legs = leg, .count = 1, .service = 3, .due_on = ""};
}

static const char *stage_at(const struct progress *progress, unsigned at)
{
	return at < progress->count ? progress_wire(progress->steps[at].stage) : "";
}

static void every_kind_and_state_is_a_stage_and_a_next_thing_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
		struct progress_dossier dossier = one_leg(&alone[i].leg);
		struct progress progress = progress_of(&dossier);
		assert_string_equal(stage_at(&progress, 0), alone[i].first);
		assert_string_equal(stage_at(&progress, 1), alone[i].second);
		assert_non_null(strstr(progress.next, alone[i].next));
	}
}

/* Not a word of the one language in the other: every Vietnamese sentence has a mark that no English one has. */
static void in_english_there_is_nothing_vietnamese(void **state)
{
	(void)state;
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		for (int leg_state = 0; leg_state < LEG_STATE_COUNT; leg_state++) {
			struct progress_leg leg = LEG(kind, leg_state);
			struct progress_dossier dossier = one_leg(&leg);
			struct progress vietnamese = progress_of(&dossier);
			struct progress english;
			dossier.language = HOSO_EN;
			english = progress_of(&dossier);
			assert_true(strlen(english.next) > 10);
			assert_true(g_str_is_ascii(english.next));
			assert_false(g_str_is_ascii(vietnamese.next));
			assert_int_equal(english.count, vietnamese.count);
		}
	}
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		assert_true(g_str_is_ascii(progress_words(stage, HOSO_EN)));
		assert_false(g_str_is_ascii(progress_words(stage, HOSO_VI)));
	}
}

static void no_combination_is_left_without_words(void **state)
{
	(void)state;
	for (int kind = 0; kind < LEG_KIND_COUNT; kind++) {
		for (int leg_state = 0; leg_state < LEG_STATE_COUNT; leg_state++) {
			struct progress_leg leg =
				LEG((enum leg_kind)kind, (enum leg_state)leg_state);
			struct progress_dossier dossier = one_leg(&leg);
			struct progress progress = progress_of(&dossier);
			assert_true(progress.count <= 2);
			assert_true(strlen(progress.next) > 10);
			assert_string_equal(progress.until, "");
		}
	}
}

static void a_waiting_item_says_where_and_until_when(void **state)
{
	struct progress_leg leg = {.kind = LEG_RESULT,
		.state = LEG_HELD,
		.office = "Bưu cục 1",
		.address = "1 Lê Lợi",
		.until = "2026-12-31"};
	struct progress_dossier dossier = one_leg(&leg);
	struct progress progress = progress_of(&dossier);

	(void)state;
	assert_non_null(strstr(
		progress.next, "Mời đến Bưu cục 1 (1 Lê Lợi) nhận trước hết ngày 31/12/2026."));
	assert_string_equal(progress.until, "2026-12-31");
	leg.address = "";
	progress = progress_of(&dossier);
	assert_non_null(strstr(progress.next, "Mời đến Bưu cục 1 nhận trước"));
	leg.until = "nonsense";
	progress = progress_of(&dossier);
	assert_non_null(strstr(progress.next, "Mời đến Bưu cục 1 nhận."));
}

static void what_the_agency_said_is_told(void **state)
{
	struct progress_leg leg = LEG(LEG_SUBMIT, LEG_DELIVERED);
	struct progress_dossier dossier = one_leg(&leg);
	struct progress progress;

	(void)state;
	dossier.due_on = "2026-12-24";
	progress = progress_of(&dossier);
	assert_non_null(strstr(progress.next, "hẹn trả ngày 24/12/2026. Bưu điện sẽ mang"));
	dossier.service = 1;
	progress = progress_of(&dossier);
	assert_non_null(strstr(progress.next, "Kết quả nhận tại Bộ phận Một cửa."));
	dossier.wants_supplement = true;
	progress = progress_of(&dossier);
	assert_non_null(strstr(progress.next, "yêu cầu bổ sung"));
}

static void a_dossier_of_very_many_legs_is_cut_and_one_without_any_is_empty(void **state)
{
	struct progress_leg legs[PROGRESS_LEGS_MAX + 5];
	struct progress_dossier dossier = {
		.legs = legs, .count = PROGRESS_LEGS_MAX + 5, .due_on = ""};
	struct progress progress;

	(void)state;
	for (unsigned i = 0; i < PROGRESS_LEGS_MAX + 5; i++) {
		legs[i] = (struct progress_leg)LEG(LEG_RESULT, LEG_DELIVERED);
	}
	progress = progress_of(&dossier);
	assert_int_equal(progress.count, PROGRESS_STEPS_MAX);
	dossier.count = 0;
	progress = progress_of(&dossier);
	assert_int_equal(progress.count, 0);
	assert_string_equal(progress.next, "");
}

static void an_unknown_time_is_left_out(void **state)
{
	struct progress_leg leg = LEG(LEG_SUBMIT, LEG_IN_TRANSIT);
	struct progress_dossier dossier = one_leg(&leg);
	struct progress progress;

	(void)state;
	leg.accepted_at_ms = 0;
	progress = progress_of(&dossier);
	assert_int_equal(progress.steps[0].at_ms, 0);
	leg.state = LEG_ACCEPTED; /* then it is the state's own */
	progress = progress_of(&dossier);
	assert_int_equal(progress.steps[0].at_ms, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_and_state_is_a_stage_and_a_next_thing_to_do),
		cmocka_unit_test(in_english_there_is_nothing_vietnamese),
		cmocka_unit_test(no_combination_is_left_without_words),
		cmocka_unit_test(a_waiting_item_says_where_and_until_when),
		cmocka_unit_test(what_the_agency_said_is_told),
		cmocka_unit_test(a_dossier_of_very_many_legs_is_cut_and_one_without_any_is_empty),
		cmocka_unit_test(an_unknown_time_is_left_out),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
