#ifndef HOSO_API_REPORT_QUERY_H
#define HOSO_API_REPORT_QUERY_H

#include <glib.h>

#include "api/api_query.h"
#include "http/exchange.h"
#include "model/actor.h"
#include "store/report.h"

enum report_format { FORMAT_JSON, FORMAT_CSV, FORMAT_XLSX, FORMAT_PDF, FORMAT_COUNT };

const char *report_format_wire(enum report_format format);

/** report_query_ask() - the report of the path, period and what narrows it, and whether @actor may. */
struct report_ask report_query_ask(
	struct api_query *query, const char *name, const struct actor *actor);

/** report_query_period() - "period", required, and "cut". */
void report_query_period(struct api_query *query, struct period *ret_period);

/** report_query_format() - "format", JSON when it is absent. */
enum report_format report_query_format(struct api_query *query);

/** report_query_reply() - a file, with a name to be kept under; @bytes are taken over. */
void report_query_reply(struct exchange *exchange, enum report_format format, const char *name,
	const char *period, GString *bytes);

#endif
