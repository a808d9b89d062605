#ifndef HOSO_REASON_H
#define HOSO_REASON_H

/*
 * Why a visit failed or an item goes back. Code, may it go back to where it came from at once
 * (without two invitations), Vietnamese. Source: domain 5.5 (Luật Bưu chính 49/2010, Điều 17.1).
 */
/* clang-format off */
#define HOSO_REASONS(X) \
	X(REASON_A1, "A1", 1, "Địa chỉ không đầy đủ hoặc không đúng") \
	X(REASON_A2, "A2", 1, "Người nhận đã chuyển địa chỉ") \
	X(REASON_A3, "A3", 0, "Không tìm được người nhận tại địa chỉ") \
	X(REASON_A4, "A4", 0, "Đã mời từ 2 lần, người nhận không đến") \
	X(REASON_A5, "A5", 1, "Người nhận từ chối nhận") \
	X(REASON_B1, "B1", 0, "Vắng nhà, hẹn phát lại") \
	X(REASON_B2, "B2", 0, "Không liên lạc được điện thoại") \
	X(REASON_B3, "B3", 0, "Không xuất trình được giấy tờ hoặc giấy ủy quyền") \
	X(REASON_B4, "B4", 0, "Chưa chuẩn bị tiền") \
	X(REASON_B5, "B5", 0, "Không có giấy tờ phải thu hồi") \
	X(REASON_B6, "B6", 0, "Thiên tai, thời tiết, đường bị chia cắt") \
	X(REASON_B7, "B7", 0, "Cơ quan ngoài giờ, không có người nhận") \
	X(REASON_B8, "B8", 1, "Cơ quan từ chối: hồ sơ thiếu hoặc sai cơ quan") \
	X(REASON_RC, "RC", 1, "Người gửi rút lại (thu hồi)") \
	X(REASON_OT, "OT", 0, "Lý do khác (ghi rõ)")
/* clang-format on */

enum reason {
	REASON_NONE,
#define X(name, wire, back, vi) name,
	HOSO_REASONS(X)
#undef X
		REASON_COUNT
};

/** reason_wire() - the code of @reason; "" for REASON_NONE. */
const char *reason_wire(enum reason reason);

/** reason_label() - the Vietnamese words. */
const char *reason_label(enum reason reason);

/** reason_lets_back() - 1 when the item may go back without two invitations. */
int reason_lets_back(enum reason reason);

/** reason_from_wire() - REASON_COUNT when @wire is no reason. */
enum reason reason_from_wire(const char *wire);

#endif
