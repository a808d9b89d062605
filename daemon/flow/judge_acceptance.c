#include "flow/judge_acceptance.h"

#include "base/clock.h"
#include "model/deadline.h"

const struct book_agency *judge_acceptance_agency(const struct book *book, const struct scan *scan)
{
	return book_agency_on(book, scan->agency, clock_local_day(scan->occurred_at_ms));
}

const struct book_procedure *judge_acceptance_procedure(
	const struct book *book, const struct scan *scan)
{
	return book_procedure_on(book, scan->procedure, clock_local_day(scan->occurred_at_ms));
}

/* The post brings what the agency has published that it may bring (QĐ 45/2016 Điều 1.2, 13). */
static enum hoso_error check_service(int service, const struct book_procedure *procedure)
{
	if (service != 2 && !procedure->send_by_post) {
		return HOSO_SEND_NOT_BY_POST;
	}
	return service != 1 && !procedure->return_by_post ? HOSO_RETURN_NOT_BY_POST : HOSO_OK;
}

enum hoso_error judge_acceptance_check(
	const struct book *book, const struct scan *scan, const struct book_dossier *dossier)
{
	const struct book_procedure *procedure = judge_acceptance_procedure(book, scan);

	if ((scan->present & FIELD_BIT(FIELD_CONCESSION)) &&
		!book_has_concession(book, scan->concession)) {
		return HOSO_UNKNOWN_CONCESSION;
	}
	if (!dossier->stub) {
		return HOSO_OK;
	}
	if (!(scan->present & FIELD_BIT(FIELD_AGENCY))) {
		return HOSO_NOT_FOUND;
	}
	if (!judge_acceptance_agency(book, scan)) {
		return HOSO_UNKNOWN_AGENCY;
	}
	if (!procedure || !procedure->by_post) {
		return HOSO_UNKNOWN_PROCEDURE;
	}
	return check_service(scan->service, procedure);
}

/* Reckoned once, on the calendar of this day: what the citizen was told does not change with a later holiday. */
const char *judge_acceptance_promise(struct book *book, const struct scan *scan, enum leg_kind kind)
{
	const struct book_road *road = book_road(book, &scan->event_id);
	char text[WORKDAY_TEXT_SIZE];
	int32_t day = deadline_promise(kind, scan->occurred_at_ms, road ? road->taken_in_at_ms : 0,
		road ? &road->days : NULL, book_calendar(book));

	if (day == 0) {
		return NULL;
	}
	workday_format(day, text);
	return book_text(book, text);
}
