#include "api/report_query.h"

#include <string.h>

static const struct {
	const char *wire, *media;
} formats[FORMAT_COUNT] = {
	[FORMAT_JSON] = {"json", "application/json"},
	[FORMAT_CSV] = {"csv", "text/csv; charset=utf-8"},
	[FORMAT_XLSX] = {"xlsx",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	[FORMAT_PDF] = {"pdf", "application/pdf"},
};

const char *report_format_wire(enum report_format format)
{
	return formats[format].wire;
}

void report_query_period(struct api_query *query, struct period *ret_period)
{
	char period[PERIOD_TEXT_SIZE + 1], cut[WORD_MAX + 1];
	enum period_cut how = PERIOD_CALENDAR;

	if (api_query_text(query, "cut", cut, sizeof cut) && period_cut_parse(cut, &how)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "cut");
	}
	if (api_query_text(query, "period", period, sizeof period)) {
		if (period_parse(period, how, ret_period)) {
			api_query_fail(query, HOSO_BAD_MEMBER, "period");
		}
	} else {
		api_query_fail(query, HOSO_MISSING_MEMBER, "period");
	}
}

struct report_ask report_query_ask(
	struct api_query *query, const char *name, const struct actor *actor)
{
	struct report_ask ask = {.name = report_name_parse(name)};

	if (ask.name == REPORT_COUNT) {
		api_query_fail(query, HOSO_NOT_FOUND, NULL);
	}
	report_query_period(query, &ask.period);
	api_query_text(query, "office", ask.office, sizeof ask.office);
	api_query_text(query, "agency", ask.agency, sizeof ask.agency);
	api_query_text(query, "procedure", ask.procedure, sizeof ask.procedure);
	api_query_text(query, "courier", ask.courier, sizeof ask.courier);
	if (actor->role == ROLE_AGENCY && ask.name != REPORT_PLAN) {
		api_query_fail(query, HOSO_FORBIDDEN, NULL);
	}
	return ask;
}

enum report_format report_query_format(struct api_query *query)
{
	char text[WORD_MAX + 1];

	if (!api_query_text(query, "format", text, sizeof text)) {
		return FORMAT_JSON;
	}
	for (int format = 0; format < FORMAT_COUNT; format++) {
		if (strcmp(formats[format].wire, text) == 0) {
			return (enum report_format)format;
		}
	}
	api_query_fail(query, HOSO_BAD_MEMBER, "format");
	return FORMAT_JSON;
}

void report_query_reply(struct exchange *exchange, enum report_format format, const char *name,
	const char *period, GString *bytes)
{
	g_autofree char *disposition = g_strdup_printf(
		"attachment; filename=\"%s-%s.%s\"", name, period, formats[format].wire);

	if (format != FORMAT_JSON) {
		exchange_add_header(exchange, "Content-Disposition", disposition);
	}
	exchange_reply(exchange, 200, formats[format].media, bytes);
}
