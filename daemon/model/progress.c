#include "model/progress.h"

#include <string.h>

#include <glib.h>

static const char *const wires[] = {
#define X(name, wire, vi, en) [name] = wire,
	HOSO_STAGES(X)
#undef X
};

static const char *const words[][2] = {
#define X(name, wire, vi, en) [name] = {vi, en},
	HOSO_STAGES(X)
#undef X
};

const char *progress_wire(enum progress_stage stage)
{
	return wires[stage];
}

const char *progress_words(enum progress_stage stage, enum hoso_language language)
{
	return words[stage][language == HOSO_EN];
}

static const char *say(const struct progress_dossier *dossier, const char *vi, const char *en)
{
	return dossier->language == HOSO_EN ? en : vi;
}

static void add(struct progress *progress, enum progress_stage stage, int64_t at_ms)
{
	progress->steps[progress->count].stage = stage;
	progress->steps[progress->count].at_ms = at_ms;
	progress->count++;
}

/* Where it is now, if that is more than that it was taken in. */
static enum progress_stage stage_of(const struct progress_leg *leg)
{
	bool supplement = leg->kind == LEG_SUPPLEMENT_IN;

	switch (leg->state) {
	case LEG_DELIVERED:
		if (!leg_kind_to_agency(leg->kind)) {
			return STAGE_DELIVERED;
		}
		return supplement ? STAGE_SUPPLEMENT_HANDED_IN : STAGE_HANDED_IN;
	case LEG_ATTEMPT_FAILED:
	case LEG_HELD:
		return leg_kind_to_agency(leg->kind) ? STAGE_COUNT : STAGE_WAITING;
	case LEG_RETURNING:
		return STAGE_GOING_BACK;
	case LEG_RETURNED:
		return STAGE_BACK;
	case LEG_CANCELLED:
		return STAGE_CANCELLED;
	case LEG_LOST:
		return STAGE_SEARCHED;
	case LEG_NEW:
	case LEG_REQUESTED:
	case LEG_ASSIGNED:
	case LEG_PICKUP_FAILED:
	case LEG_ACCEPTED:
	case LEG_IN_TRANSIT:
	case LEG_ARRIVED:
	case LEG_OUT_FOR_DELIVERY:
	case LEG_STATE_COUNT:
		break;
	}
	return STAGE_COUNT;
}

static bool is_taken_in(const struct progress_leg *leg)
{
	return leg->state != LEG_NEW && leg->state != LEG_REQUESTED && leg->state != LEG_ASSIGNED &&
	       leg->state != LEG_PICKUP_FAILED && leg->state != LEG_CANCELLED;
}

static enum progress_stage first_stage(const struct progress_leg *leg)
{
	if (leg_kind_to_agency(leg->kind)) {
		return leg->kind == LEG_SUPPLEMENT_IN ? STAGE_SUPPLEMENT_TAKEN_IN : STAGE_TAKEN_IN;
	}
	return leg->kind == LEG_SUPPLEMENT_OUT ? STAGE_SUPPLEMENT_WANTED : STAGE_ON_THE_WAY;
}

static void add_leg(struct progress *progress, const struct progress_leg *leg)
{
	enum progress_stage now = stage_of(leg);
	int64_t began_ms = leg->accepted_at_ms;
	int64_t now_ms = leg->ended_at_ms ? leg->ended_at_ms : leg->state_at_ms;

	if (!began_ms && leg->state == LEG_ACCEPTED) {
		began_ms = leg->state_at_ms;
	}
	if (is_taken_in(leg)) {
		add(progress, first_stage(leg), began_ms);
	}
	if (now != STAGE_COUNT) {
		add(progress, now, now_ms);
	}
}

static char *day_words(const char *day)
{
	return strlen(day) == 10 ? g_strdup_printf("%.2s/%.2s/%.4s", day + 8, day + 5, day) : NULL;
}

/* "Bưu cục 1 (1 Lê Lợi)". */
static char *place_words(const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	if (!leg->office[0]) {
		return g_strdup(say(dossier, "bưu cục", "the post office"));
	}
	return leg->address[0] ? g_strdup_printf("%s (%s)", leg->office, leg->address)
			       : g_strdup(leg->office);
}

static char *waiting_words(const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	g_autofree char *day = day_words(leg->until);
	g_autofree char *place = place_words(dossier, leg);

	if (dossier->language == HOSO_EN) {
		return g_strdup_printf(
			"Please fetch it at %s%s%s. Bring your identity paper; whoever fetches it for "
			"somebody else also brings an authorisation paper.",
			place, day ? " by the end of " : "", day ? day : "");
	}
	return g_strdup_printf(
		"Mời đến %s nhận%s%s. Mang theo giấy tờ tùy thân; người nhận thay mang thêm giấy ủy "
		"quyền.",
		place, day ? " trước hết ngày " : "", day ? day : "");
}

/* The papers are with the agency: what comes now, and how. */
static char *agency_words(const struct progress_dossier *dossier)
{
	g_autofree char *day = day_words(dossier->due_on);
	const char *what =
		day ? say(dossier, "Chờ kết quả, cơ quan hẹn trả ngày ",
			      "Wait for the result, which the agency promises for ")
		    : say(dossier, "Chờ cơ quan giải quyết", "Wait for the agency's decision");
	const char *how = dossier->service == 1
				  ? say(dossier, "Kết quả nhận tại Bộ phận Một cửa.",
					    "The result is fetched at the one-stop unit.")
				  : say(dossier, "Bưu điện sẽ mang kết quả đến khi có.",
					    "The post brings the result when it is there.");

	return g_strdup_printf("%s%s. %s", what, day ? day : "", how);
}

static char *delivered_words(const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	if (leg->kind == LEG_SUPPLEMENT_OUT) {
		return g_strdup(say(dossier,
			"Hãy chuẩn bị giấy tờ theo phiếu yêu cầu bổ sung và mang đến bưu cục gần nhất.",
			"Prepare the papers that the agency's request names, and bring them to the "
			"nearest post office."));
	}
	if (leg->kind == LEG_SLIP || leg_kind_to_agency(leg->kind)) {
		return agency_words(dossier);
	}
	return g_strdup(say(dossier, "Không cần làm gì thêm.", "Nothing more to do."));
}

static const char *back_words(
	const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	return leg_kind_to_agency(leg->kind)
		       ? say(dossier,
				 "Giấy tờ được chuyển lại người gửi. Hãy hỏi bưu cục đã nhận hồ sơ.",
				 "The papers go back to the sender. Ask the post office that took "
				 "them in.")
		       : say(dossier,
				 "Kết quả được chuyển lại cơ quan giải quyết. Hãy liên hệ Bộ phận Một cửa.",
				 "The result goes back to the agency. Ask the one-stop unit.");
}

/* It is still at home, or with the agency. */
static const char *waited_for_words(
	const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	if (!leg_kind_to_agency(leg->kind)) {
		return say(dossier, "Bưu điện chưa nhận được từ cơ quan. Hãy tra cứu lại sau.",
			"The post has not received it from the agency yet. Look again later.");
	}
	return leg->state == LEG_PICKUP_FAILED
		       ? say(dossier,
				 "Bưu tá đã đến mà chưa nhận được hồ sơ. Hãy hẹn lại, hoặc mang hồ sơ đến "
				 "bưu cục.",
				 "The courier came and could not take it in. Make another appointment, or "
				 "bring the dossier to a post office.")
		       : say(dossier,
				 "Bưu tá sẽ đến nhận hồ sơ theo hẹn. Hãy chuẩn bị sẵn giấy tờ.",
				 "A courier comes for it as agreed. Have the papers ready.");
}

static const char *moving_words(
	const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	if (!is_taken_in(leg)) {
		return waited_for_words(dossier, leg);
	}
	return leg_kind_to_agency(leg->kind)
		       ? say(dossier,
				 "Không cần làm gì thêm: bưu điện đang chuyển hồ sơ đến cơ quan.",
				 "Nothing to do: the post is bringing the dossier to the agency.")
		       : say(dossier,
				 "Bưu tá sẽ đến theo địa chỉ đã đăng ký. Hãy chuẩn bị giấy tờ tùy thân; "
				 "người nhận thay cần giấy ủy quyền.",
				 "A courier comes to the address that was given. Have your identity paper "
				 "ready; whoever receives it for somebody else needs an authorisation "
				 "paper.");
}

static char *next_words(const struct progress_dossier *dossier, const struct progress_leg *leg)
{
	switch (stage_of(leg)) {
	case STAGE_WAITING:
		return waiting_words(dossier, leg);
	case STAGE_DELIVERED:
	case STAGE_HANDED_IN:
	case STAGE_SUPPLEMENT_HANDED_IN:
		return delivered_words(dossier, leg);
	case STAGE_GOING_BACK:
	case STAGE_BACK:
		return g_strdup(back_words(dossier, leg));
	case STAGE_SEARCHED:
		return g_strdup(
			say(dossier, "Hãy liên hệ bưu cục đã nhận hồ sơ, mang theo phiếu gửi.",
				"Ask the post office that took it in, and bring the slip."));
	case STAGE_CANCELLED:
		return g_strdup(say(dossier, "Nếu vẫn muốn gửi, hãy mang hồ sơ đến bưu cục.",
			"If it shall still be sent, bring the dossier to a post office."));
	case STAGE_TAKEN_IN:
	case STAGE_SUPPLEMENT_WANTED:
	case STAGE_SUPPLEMENT_TAKEN_IN:
	case STAGE_ON_THE_WAY:
	case STAGE_COUNT:
		break;
	}
	return g_strdup(moving_words(dossier, leg));
}

struct progress progress_of(const struct progress_dossier *dossier)
{
	struct progress progress = {0};
	unsigned count = MIN(dossier->count, PROGRESS_LEGS_MAX);
	const struct progress_leg *last = count > 0 ? &dossier->legs[count - 1] : NULL;
	g_autofree char *next = NULL;

	for (unsigned i = 0; i < count; i++) {
		add_leg(&progress, &dossier->legs[i]);
	}
	if (dossier->wants_supplement && last && last->kind != LEG_SUPPLEMENT_IN) {
		next = g_strdup(say(dossier,
			"Cơ quan yêu cầu bổ sung giấy tờ. Hãy mang giấy tờ bổ sung đến bưu cục gần nhất.",
			"The agency asks for more papers. Bring them to the nearest post office."));
	} else {
		next = last ? next_words(dossier, last) : g_strdup("");
	}
	g_strlcpy(progress.next, next, sizeof progress.next);
	if (last && stage_of(last) == STAGE_WAITING) {
		g_strlcpy(progress.until, last->until, sizeof progress.until);
	}
	return progress;
}
