#include "intake_slip.h"

#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "issue.h"
#include "print.h"

#define SLIP_DPI 600 /* of office printers */

void intake_slip_done(struct intake_slip *slip)
{
	g_clear_pointer(&slip->about, json_decref);
}

/* The words of a data file: those of the scan, and the procedure's name instead of its code. */
void intake_slip_take(
	struct intake_slip *slip, const struct intake_form *form, const char *event_id)
{
	const char *name = print_text(form->procedure, "name");

	intake_slip_done(slip);
	slip->about = json_deep_copy(form->data);
	slip->token[0] = '\0';
	g_strlcpy(slip->code, form->code.text, sizeof slip->code);
	g_strlcpy(slip->event_id, event_id, sizeof slip->event_id);
	json_object_set_new(slip->about, "item_code", json_string(form->code.text));
	json_object_del(slip->about, "note"); /* not for papers */
	json_object_del(slip->about, "id_kind");
	json_object_del(slip->about, "id_last4");
	if (*name) {
		json_object_set_new(slip->about, "procedure", json_string(name));
	}
}

void intake_slip_answer(struct intake_slip *slip, const char *event_id, const char *token)
{
	if (slip->about && g_ascii_strcasecmp(slip->event_id, event_id) == 0) {
		g_strlcpy(slip->token, token, sizeof slip->token);
		json_object_del(slip->about, "agency"); /* the server has its name */
	}
}

int intake_slip_print(const struct intake_slip *slip, struct client *client, const char *folder)
{
	g_autofree char *file = g_strdup_printf("%s/%s.pdf", folder, slip->code);
	g_autoptr(GPtrArray) codes = g_ptr_array_new();
	const struct paper *paper = paper_find("slip");
	char today[16];
	struct issue issue = {.client = client,
		.paper = paper,
		.codes = codes,
		.common = facts_new(),
		.known = slip->about,
		.offline =
			slip->token[0] == '\0', /* the server is away: it is not waited for again */
		.output = file,
		.width_mm = paper->width_mm,
		.height_mm = paper->height_mm,
		.dpi = SLIP_DPI};
	int status = EX_OK;

	clock_format_local(clock_now_ms(), "%Y-%m-%d", today, sizeof today);
	g_ptr_array_add(codes, (gpointer)(uintptr_t)slip->code);
	if (facts_set(issue.common, FACT_DATE, today) ||
		(slip->token[0] && facts_set(issue.common, FACT_TOKEN, slip->token))) {
		status = print_error(client, HOSO_TOO_LARGE, NULL);
	}
	status = status == EX_OK ? issue_run(&issue) : status;
	facts_free(issue.common);
	return status;
}
