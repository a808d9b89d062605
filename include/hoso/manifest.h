#ifndef HOSO_MANIFEST_H
#define HOSO_MANIFEST_H

#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/limits.h>
#include <hoso/role.h>

/*
 * What is handed over together. Name, wire token, the event that closing records of each line, who may work on it,
 * Vietnamese. Only what goes to the agency's hands needs a signature of the agency. Source: domain 5.1, 5.3.
 */
/* clang-format off */
#define HOSO_MANIFEST_KINDS(X) \
	X(MANIFEST_BAG, "bag", EVENT_DISPATCHED, MANIFEST_CLERKS, "Bảng kê túi") \
	X(MANIFEST_ROUTE, "route", EVENT_OUT_FOR_DELIVERY, MANIFEST_POSTMEN, "Bảng kê phát") \
	X(MANIFEST_HANDOVER_IN, "handover_in", EVENT_DELIVERED, MANIFEST_POSTMEN, "Biên bản giao hồ sơ cho cơ quan") \
	X(MANIFEST_HANDOVER_OUT, "handover_out", EVENT_NOTE, MANIFEST_POSTMEN, "Biên bản nhận kết quả từ cơ quan") \
	X(MANIFEST_REMITTANCE, "remittance", EVENT_FEE, MANIFEST_CLERKS, "Bảng kê nộp phí, lệ phí")
/* clang-format on */

#define MANIFEST_CLERKS (ROLE_BIT(ROLE_CLERK) | ROLE_BIT(ROLE_SUPERVISOR))
#define MANIFEST_POSTMEN (MANIFEST_CLERKS | ROLE_BIT(ROLE_COURIER))

enum manifest_kind {
#define X(name, wire, event, roles, vi) name,
	HOSO_MANIFEST_KINDS(X)
#undef X
		MANIFEST_KIND_COUNT
};

const char *manifest_kind_wire(enum manifest_kind kind);
const char *manifest_kind_label(enum manifest_kind kind);
enum manifest_kind manifest_kind_from_wire(
	const char *wire); /* MANIFEST_KIND_COUNT when it is none */

/** manifest_kind_event() - what closing records of each line. */
enum event_kind manifest_kind_event(enum manifest_kind kind);

/** manifest_kind_roles() - ROLE_BITs of who may open, scan and close one. */
unsigned manifest_kind_roles(enum manifest_kind kind);

/** manifest_kind_refusal() - what anybody else is told: a remittance empties the office's safe. */
enum hoso_error manifest_kind_refusal(enum manifest_kind kind);

/** manifest_kind_has_agency() - an agency is the other party, and signs. */
int manifest_kind_has_agency(enum manifest_kind kind);

#endif
