#ifndef HOSO_MODEL_DESK_H
#define HOSO_MODEL_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/role.h>

#include "model/workday.h"

/*
 * What may stand on the exception desk: name, wire token, who must act, what to do (token), what it is, what to do
 * (Vietnamese). Each kind has a branch in store/exception.c; a new one is a row here, a branch there, and an index that is as small as what is open.
 */
/* clang-format off */
#define HOSO_DESK_KINDS(X) \
	X(DESK_CONFLICT, "conflict", ROLE_SUPERVISOR, "check_item", "Mâu thuẫn", "Tìm bưu gửi, rồi hủy bút toán sai") \
	X(DESK_UNKNOWN_ITEM, "unknown_item", ROLE_CLERK, "accept", "Bưu gửi lạ", "Chấp nhận, hoặc gắn vào hồ sơ của nó") \
	X(DESK_REFUSED, "refused", ROLE_CLERK, "record_again", "Lượt quét bị từ chối", "Người có quyền quét lại, đủ dữ liệu") \
	X(DESK_QUARANTINED, "quarantined", ROLE_SUPERVISOR, "record_again", "Lượt quét không ghi được", "Quét lại, và báo quản trị viên") \
	X(DESK_DEAD_PUSH, "dead_push", ROLE_SUPERVISOR, "retry_or_skip", "Cổng từ chối", "Gửi lại hoặc bỏ qua, có lý do") \
	X(DESK_GAP, "gap", ROLE_CLERK, "scan_missing", "Thiếu lượt giao nhận", "Tìm xem ai đã cầm, quét bù lượt còn thiếu") \
	X(DESK_LATE, "late", ROLE_CLERK, "deliver_now", "Quá hạn J+n", "Giao cơ quan hoặc phát ngay") \
	X(DESK_INVITE, "invite", ROLE_CLERK, "invite", "Phát không thành công 2 lần", "Gửi giấy mời nhận lần một") \
	X(DESK_INVITE_AGAIN, "invite_again", ROLE_CLERK, "invite", "Đến hạn mời lần hai", "Gửi giấy mời nhận lần hai") \
	X(DESK_RETURN_DUE, "return_due", ROLE_SUPERVISOR, "return", "Đến hạn chuyển hoàn", "Chuyển hoàn về cơ quan") \
	X(DESK_HELD_LONG, "held_long", ROLE_CLERK, "move_on", "Lưu giữ quá lâu", "Phát lại, hoặc mời nhận") \
	X(DESK_NOT_COLLECTED, "not_collected", ROLE_COURIER, "collect_result", "Có kết quả chưa nhận", "Đến cơ quan nhận kết quả") \
	X(DESK_AGENCY_WORD, "agency_word", ROLE_AGENCY, "remind_agency", "Quá 3 ngày chưa tiếp nhận hoặc yêu cầu bổ sung", "Nhắc cơ quan trả lời") \
	X(DESK_AGENCY_OVERDUE, "agency_overdue", ROLE_AGENCY, "remind_agency", "Cơ quan quá hạn trả kết quả", "Nhắc cơ quan, báo người nộp") \
	X(DESK_PROOF_MISSING, "proof_missing", ROLE_COURIER, "send_proof", "Ảnh ký nhận chưa đến", "Gửi từ máy đã chụp ảnh") \
	X(DESK_MISSED_VISIT, "missed_visit", ROLE_CLERK, "arrange_again", "Lỡ lịch hẹn", "Gọi người dân, hẹn lại hoặc hủy") \
	X(DESK_MONEY_DIFFERS, "money_differs", ROLE_SUPERVISOR, "settle_difference", "Tiền kiểm đếm lệch sổ", "Đối chiếu chứng từ, lập biên bản") \
	X(DESK_UNREMITTED, "unremitted", ROLE_COURIER, "hand_in", "Tiền thu chưa nộp trong ngày", "Nộp tiền cho bưu cục ngay")
/* clang-format on */

enum desk_kind {
#define X(name, wire, owner, action, vi, what_to_do) name,
	HOSO_DESK_KINDS(X)
#undef X
		DESK_KIND_COUNT
};

#define DESK_BIT(kind) (1u << (kind))
#define DESK_ALL (DESK_BIT(DESK_KIND_COUNT) - 1)
#define DESK_COUNT_MAX 99 /* of a kind; more is "99+" */

const char *desk_wire(enum desk_kind kind);
const char *desk_label(enum desk_kind kind);
enum role desk_owner(enum desk_kind kind);
const char *desk_action(enum desk_kind kind);
const char *desk_action_label(enum desk_kind kind);
enum desk_kind desk_from_wire(const char *wire); /* DESK_KIND_COUNT when it is none */

/** desk_owned_by() - the DESK_BITs of what this role must act on. */
unsigned desk_owned_by(enum role role);

/**
 * struct desk_cuts - what began before such an instant is on the desk now; what did not has time yet.
 * @invited_ms:    an invitation: the next one, or the return, is due today
 * @held_ms:       on a shelf, or failed, and nothing came of it
 * @submitted_ms:  handed over, and the agency has not said a word
 * @ready_ms:      a result that waits at the agency
 */
struct desk_cuts {
	int64_t now_ms;
	int64_t invited_ms;
	int64_t held_ms;
	int64_t submitted_ms;
	int64_t ready_ms;
};

struct desk_cuts desk_cuts_at(int64_t now_ms, const struct calendar *calendar);

#endif
