#ifndef HOSO_MODEL_PROGRESS_H
#define HOSO_MODEL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/leg.h>

/*
 * How far a dossier is, as a citizen may read it without signing in: a handful of stages in plain words, and what to
 * do next. Nobody's name is in it, nobody's address but an office's own. Source: TT 01/2018 Điều 16.2.d; domain 7.
 */

/* Name, wire token, Vietnamese, English. */
/* clang-format off */
#define HOSO_STAGES(X) \
	X(STAGE_TAKEN_IN, "taken_in", "Bưu điện đã nhận hồ sơ", "The post has taken in the dossier") \
	X(STAGE_HANDED_IN, "handed_in", "Đã nộp hồ sơ tại cơ quan giải quyết", "Handed in to the agency") \
	X(STAGE_SUPPLEMENT_WANTED, "supplement_wanted", "Cơ quan yêu cầu bổ sung giấy tờ", "The agency asks for more papers") \
	X(STAGE_SUPPLEMENT_TAKEN_IN, "supplement_taken_in", "Bưu điện đã nhận giấy tờ bổ sung", "The post has taken in the additional papers") \
	X(STAGE_SUPPLEMENT_HANDED_IN, "supplement_handed_in", "Đã nộp giấy tờ bổ sung tại cơ quan giải quyết", "Additional papers handed in to the agency") \
	X(STAGE_ON_THE_WAY, "on_the_way", "Bưu điện đang chuyển kết quả, giấy tờ đến người nhận", "The post is bringing the result or papers to the receiver") \
	X(STAGE_WAITING, "waiting", "Kết quả, giấy tờ đang chờ ở bưu cục", "The result or papers are waiting at the post office") \
	X(STAGE_DELIVERED, "delivered", "Đã trả kết quả, giấy tờ cho người nhận", "The result or papers were given to the receiver") \
	X(STAGE_GOING_BACK, "going_back", "Đang chuyển lại nơi gửi", "On the way back to where it came from") \
	X(STAGE_BACK, "back", "Đã chuyển lại nơi gửi", "Back where it came from") \
	X(STAGE_CANCELLED, "cancelled", "Đã hủy", "Cancelled") \
	X(STAGE_SEARCHED, "searched", "Bưu điện đang tìm bưu gửi này", "The post is looking for this item")
/* clang-format on */

enum progress_stage {
#define X(name, wire, vi, en) name,
	HOSO_STAGES(X)
#undef X
		STAGE_COUNT
};

const char *progress_wire(enum progress_stage stage);
const char *progress_words(enum progress_stage stage, enum hoso_language language);

#define PROGRESS_LEGS_MAX 20
#define PROGRESS_STEPS_MAX (2 * PROGRESS_LEGS_MAX)
#define PROGRESS_NEXT_MAX 1000

/**
 * struct progress_leg - one leg of the dossier; strings are borrowed.
 * @accepted_at_ms, @ended_at_ms: 0 when they are not known
 * @office, @address: where it is now; "" when that is not known
 * @until: YYYY-MM-DD, how long it is kept there; "" when nobody said
 */
struct progress_leg {
	enum leg_kind kind;
	enum leg_state state;
	int64_t state_at_ms;
	int64_t accepted_at_ms;
	int64_t ended_at_ms;
	const char *office;
	const char *address;
	const char *until;
};

/**
 * struct progress_dossier - @legs in their order.
 * @due_on: YYYY-MM-DD, what the agency promised; "" when it did not
 * @wants_supplement: the agency has asked for papers
 * @service: 1 send, 2 receive, 3 both
 * @language: of what to do next
 */
struct progress_dossier {
	const struct progress_leg *legs;
	unsigned count;
	int service;
	const char *due_on;
	bool wants_supplement;
	enum hoso_language language;
};

/** struct progress - @at_ms: 0 when it is not known; @until: YYYY-MM-DD or "". */
struct progress {
	unsigned count;
	struct {
		enum progress_stage stage;
		int64_t at_ms;
	} steps[PROGRESS_STEPS_MAX];
	char next[PROGRESS_NEXT_MAX];
	char until[11];
};

/** progress_of() - what the citizen is told. Legs beyond PROGRESS_LEGS_MAX are left out. Pure. */
struct progress progress_of(const struct progress_dossier *dossier);

#endif
