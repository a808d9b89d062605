#ifndef HOSO_EVENT_H
#define HOSO_EVENT_H

/*
 * Kinds of events. Name, wire token, three-letter code (domain 5.3), Vietnamese label.
 * schema/ and openapi.yaml carry the same tokens; tests/lint holds the three together.
 */
/* clang-format off */
#define HOSO_EVENTS(X) \
	X(EVENT_REQUESTED, "requested", "REQ", "Đăng ký hẹn giờ") \
	X(EVENT_ASSIGNED, "assigned", "ASG", "Phân công bưu tá") \
	X(EVENT_PICKUP_FAILED, "pickup_failed", "PKF", "Gom không thành công") \
	X(EVENT_ACCEPTED, "accepted", "ACC", "Chấp nhận") \
	X(EVENT_DISPATCHED, "dispatched", "DSP", "Đóng túi, giao vận chuyển") \
	X(EVENT_ARRIVED, "arrived", "ARR", "Đến bưu cục") \
	X(EVENT_OUT_FOR_DELIVERY, "out_for_delivery", "OFD", "Giao bưu tá đi phát") \
	X(EVENT_DELIVERED, "delivered", "DLV", "Phát thành công") \
	X(EVENT_DELIVERY_FAILED, "delivery_failed", "DLF", "Phát không thành công") \
	X(EVENT_INVITED, "invited", "INV", "Mời nhận tại bưu cục") \
	X(EVENT_HELD, "held", "HLD", "Lưu giữ tại bưu cục") \
	X(EVENT_REDIRECTED, "redirected", "RDR", "Đổi địa chỉ, chuyển tiếp") \
	X(EVENT_RETURNING, "returning", "RTI", "Chuyển hoàn") \
	X(EVENT_RETURNED, "returned", "RTD", "Đã hoàn trả") \
	X(EVENT_CANCELLED, "cancelled", "CAN", "Hủy") \
	X(EVENT_LOST, "lost", "LOS", "Báo mất, thất lạc") \
	X(EVENT_DAMAGED, "damaged", "DMG", "Hư hỏng, đóng gói lại") \
	X(EVENT_FOUND, "found", "FND", "Tìm thấy") \
	X(EVENT_FEE, "fee", "FEE", "Thu, nộp tiền") \
	X(EVENT_NOTE, "note", "NTE", "Ghi chú") \
	X(EVENT_BOUND, "bound", "BND", "Gắn mã hồ sơ") \
	X(EVENT_VOID, "void", "VOI", "Hủy bút toán") \
	X(EVENT_RESULT_READY, "result_ready", "RDY", "Cơ quan báo có kết quả") \
	X(EVENT_SUPPLEMENT_ASKED, "supplement_asked", "SUP", "Cơ quan yêu cầu bổ sung") \
	X(EVENT_DECLINED, "declined", "DCL", "Cơ quan từ chối tiếp nhận") \
	X(EVENT_DUE_CHANGED, "due_changed", "DUE", "Hẹn lại ngày trả kết quả") \
	X(EVENT_WITHDRAWN, "withdrawn", "WDR", "Rút hồ sơ") \
	X(EVENT_CLOSED, "closed", "CLO", "Đóng hồ sơ")

/* What the rules said of a scan. */
#define HOSO_VERDICTS(X) \
	X(VERDICT_RECORDED, "recorded", "Đã ghi") \
	X(VERDICT_DUPLICATE, "duplicate", "Trùng, đã có") \
	X(VERDICT_LATE, "late", "Đến muộn, đã ghi vào hành trình") \
	X(VERDICT_CONFLICT, "conflict", "Mâu thuẫn, chờ kiểm soát viên") \
	X(VERDICT_UNKNOWN_ITEM, "unknown_item", "Bưu gửi lạ, chờ kiểm soát viên") \
	X(VERDICT_REFUSED, "refused", "Không chấp nhận, chờ kiểm soát viên")
/* clang-format on */

enum event_kind {
#define X(name, wire, code, vi) name,
	HOSO_EVENTS(X)
#undef X
		EVENT_KIND_COUNT
};

/* Before it, what is scanned from an item; from it on, the steps of a dossier itself, without an item. */
#define EVENT_SCAN_COUNT EVENT_RESULT_READY

enum verdict {
#define X(name, wire, vi) name,
	HOSO_VERDICTS(X)
#undef X
		VERDICT_COUNT
};

const char *event_wire(enum event_kind kind);
const char *event_code(enum event_kind kind);
const char *event_label(enum event_kind kind);

/** event_from_wire() - takes the token or the three-letter code; EVENT_KIND_COUNT when it is neither. */
enum event_kind event_from_wire(const char *wire);

const char *verdict_wire(enum verdict verdict);
const char *verdict_label(enum verdict verdict);
enum verdict verdict_from_wire(const char *wire); /* VERDICT_COUNT when it is none */

#endif
