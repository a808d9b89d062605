#ifndef HOSO_DOSSIER_STATUS_H
#define HOSO_DOSSIER_STATUS_H

/*
 * How far a dossier has come. Name, wire token, Vietnamese. Source: domain 5.4; schema/0003 carries the same tokens.
 * Draft: no item of it was accepted, or it went back to its sender.
 */
/* clang-format off */
#define HOSO_DOSSIER_STATUSES(X) \
	X(DOSSIER_DRAFT, "draft", "Chưa gửi") \
	X(DOSSIER_WITH_POST, "with_post", "Bưu điện đang chuyển hồ sơ") \
	X(DOSSIER_SUBMITTED, "submitted", "Đã nộp cho cơ quan") \
	X(DOSSIER_RECEIVED, "received", "Cơ quan đã tiếp nhận") \
	X(DOSSIER_PROCESSING, "processing", "Đang giải quyết") \
	X(DOSSIER_SUPPLEMENT, "supplement", "Chờ bổ sung") \
	X(DOSSIER_REFUSED, "refused", "Không được tiếp nhận") \
	X(DOSSIER_WITHDRAWN, "withdrawn", "Đã rút") \
	X(DOSSIER_RESULT_READY, "result_ready", "Đã có kết quả, chờ trả") \
	X(DOSSIER_RESULT_WITH_POST, "result_with_post", "Bưu điện đang trả kết quả") \
	X(DOSSIER_RESULT_DELIVERED, "result_delivered", "Đã trả kết quả") \
	X(DOSSIER_RESULT_UNDELIVERABLE, "result_undeliverable", "Không trả được, kết quả đã về cơ quan") \
	X(DOSSIER_CLOSED, "closed", "Đã đóng")
/* clang-format on */

enum dossier_status {
#define X(name, wire, vi) name,
	HOSO_DOSSIER_STATUSES(X)
#undef X
		DOSSIER_STATUS_COUNT
};

const char *dossier_status_wire(enum dossier_status status);
const char *dossier_status_label(enum dossier_status status);
enum dossier_status dossier_status_from_wire(
	const char *wire); /* DOSSIER_STATUS_COUNT when it is none */

#endif
