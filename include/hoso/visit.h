#ifndef HOSO_VISIT_H
#define HOSO_VISIT_H

/* Words of a visit by appointment (hẹn giờ). Name, wire token, Vietnamese. schema/0009 and openapi.yaml have the same. */
/* clang-format off */
#define HOSO_VISIT_KINDS(X) \
	X(VISIT_GUIDANCE, "guidance", "Hướng dẫn kê khai") \
	X(VISIT_PICKUP, "pickup", "Nhận hồ sơ") \
	X(VISIT_RETURN, "return", "Trả kết quả") \
	X(VISIT_MIX, "mix", "Nhận hồ sơ và trả kết quả")

#define HOSO_VISIT_STATES(X) \
	X(VISIT_BOOKED, "booked", "Đã hẹn") \
	X(VISIT_ASSIGNED, "assigned", "Đã phân công") \
	X(VISIT_STARTED, "started", "Đang đi") \
	X(VISIT_ARRIVED, "arrived", "Đã đến nơi") \
	X(VISIT_DONE, "done", "Đã xong") \
	X(VISIT_CANCELLED, "cancelled", "Đã hủy")

#define HOSO_VISIT_ACTIONS(X) \
	X(VISIT_BOOK, "book", "Đặt hẹn") \
	X(VISIT_ASSIGN, "assign", "Phân công bưu tá") \
	X(VISIT_MOVE, "move", "Đổi giờ hẹn") \
	X(VISIT_START, "start", "Bắt đầu đi") \
	X(VISIT_ARRIVE, "arrive", "Đến nơi") \
	X(VISIT_FINISH, "done", "Xong") \
	X(VISIT_FAIL, "fail", "Không thành công") \
	X(VISIT_CANCEL, "cancel", "Hủy hẹn") \
	X(VISIT_SCANNED, "scanned", "Xong, theo lượt quét bưu gửi") \
	X(VISIT_UNSCANNED, "unscanned", "Mở lại, vì lượt quét bị hủy")

/* How it was asked for. */
#define HOSO_VISIT_CHANNELS(X) \
	X(VISIT_BY_PHONE, "phone", "Điện thoại") \
	X(VISIT_AT_COUNTER, "counter", "Tại quầy") \
	X(VISIT_BY_AGENCY, "agency", "Cơ quan đề nghị") \
	X(VISIT_BY_PUBLIC, "public", "Trang tra cứu")

/* Who wished another time, or none. */
#define HOSO_VISIT_WISHES(X) \
	X(VISIT_WISH_CITIZEN, "citizen", "Người dân") \
	X(VISIT_WISH_POST, "post", "Bưu điện")

/* Why it is moved or cancelled. What a visit fails for are the reasons of <hoso/reason.h>. */
#define HOSO_VISIT_REASONS(X) \
	X(VISIT_REASON_BUSY, "busy", "Người dân bận giờ đó") \
	X(VISIT_REASON_CAME_IN, "came_in", "Người dân tự đến bưu cục") \
	X(VISIT_REASON_NO_NEED, "no_need", "Người dân không còn nhu cầu") \
	X(VISIT_REASON_NOT_READY, "not_ready", "Hồ sơ hoặc kết quả chưa sẵn sàng") \
	X(VISIT_REASON_DETAILS, "details", "Sai địa chỉ hoặc số điện thoại") \
	X(VISIT_REASON_DOUBLE, "double", "Trùng lịch hẹn khác") \
	X(VISIT_REASON_NO_COURIER, "no_courier", "Bưu cục không đủ bưu tá") \
	X(VISIT_REASON_WEATHER, "weather", "Thiên tai, thời tiết, đường bị chia cắt") \
	X(VISIT_REASON_OTHER, "other", "Lý do khác (ghi rõ)")
/* clang-format on */

#define X(name, wire, vi) name,
enum visit_kind { HOSO_VISIT_KINDS(X) VISIT_KIND_COUNT };
enum visit_state { HOSO_VISIT_STATES(X) VISIT_STATE_COUNT };
enum visit_action { HOSO_VISIT_ACTIONS(X) VISIT_ACTION_COUNT };
enum visit_channel { HOSO_VISIT_CHANNELS(X) VISIT_CHANNEL_COUNT };
enum visit_wish { HOSO_VISIT_WISHES(X) VISIT_WISH_COUNT };
enum visit_reason { HOSO_VISIT_REASONS(X) VISIT_REASON_COUNT };
#undef X

/* Tokens, words, and back; *_from_wire() gives the COUNT for a token that is none. */
const char *visit_kind_wire(enum visit_kind kind);
const char *visit_kind_label(enum visit_kind kind);
enum visit_kind visit_kind_from_wire(const char *wire);
const char *visit_state_wire(enum visit_state state);
const char *visit_state_label(enum visit_state state);
enum visit_state visit_state_from_wire(const char *wire);
const char *visit_action_wire(enum visit_action action);
const char *visit_action_label(enum visit_action action);
enum visit_action visit_action_from_wire(const char *wire);
const char *visit_channel_wire(enum visit_channel channel);
const char *visit_channel_label(enum visit_channel channel);
enum visit_channel visit_channel_from_wire(const char *wire);
const char *visit_wish_wire(enum visit_wish wish);
const char *visit_wish_label(enum visit_wish wish);
enum visit_wish visit_wish_from_wire(const char *wire);
const char *visit_reason_wire(enum visit_reason reason);
const char *visit_reason_label(enum visit_reason reason);
enum visit_reason visit_reason_from_wire(const char *wire);

#endif
