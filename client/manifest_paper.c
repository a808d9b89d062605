#include "manifest_paper.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "issue.h"
#include "print.h"

#define PAPER_DPI 300

const char *manifest_paper_party(const json_t *json)
{
	static const char *const members[] = {"agency", "next_office", "courier"};

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		const json_t *place = json_object_get(json, members[i]);
		if (json_is_object(place)) {
			return print_text(place, "name");
		}
	}
	return "";
}

static void set_fact(struct facts *facts, enum fact fact, const char *text)
{
	if (facts_set(facts, fact, text)) {
		print_note("%s: %s", fact_word(fact), error_wire(HOSO_TOO_LARGE));
	}
}

static void set_common(struct facts *common, const json_t *json)
{
	const json_t *signature = json_object_get(json, "signature");
	g_autofree char *day = g_strndup(print_text(signature, "at"), 10);

	set_fact(common, FACT_NUMBER, print_text(signature, "minutes"));
	set_fact(common, FACT_FROM_UNIT, print_text(json_object_get(json, "office"), "name"));
	set_fact(common, FACT_OFFICE, print_text(json_object_get(json, "office"), "name"));
	set_fact(common, FACT_FROM,
		*print_text(json, "closed_by") ? print_text(json, "closed_by")
					       : print_text(json, "opened_by"));
	set_fact(common, FACT_TO, print_text(signature, "name"));
	set_fact(common, FACT_TO_UNIT,
		*print_text(signature, "unit") ? print_text(signature, "unit")
					       : manifest_paper_party(json));
	set_fact(common, FACT_HASH, print_text(json, "hash"));
	if (*day) {
		set_fact(common, FACT_DATE, day);
	}
}

/* What the lines say beside what the server knows of their items: one object a line. */
static json_t *line_facts(const json_t *line)
{
	const json_t *complete = json_object_get(line, "complete");
	const json_t *amount = json_object_get(line, "amount");
	json_t *facts = json_pack("{s:s}", "item_code", print_text(line, "item_code"));

	if (json_is_boolean(complete)) {
		json_object_set_new(
			facts, "complete", json_string(json_is_true(complete) ? "Đủ" : "Thiếu"));
	}
	if (*print_text(line, "note")) {
		json_object_set_new(facts, "note", json_string(print_text(line, "note")));
	}
	if (json_is_integer(amount)) {
		json_object_set_new(facts, "fee",
			json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(amount)));
	}
	return facts;
}

static int print_with(struct client *client, const json_t *json, const char *output, int fd,
	const char *data_file)
{
	const json_t *lines = json_object_get(json, "lines");
	const char *kind = print_text(json, "kind");
	bool is_list = strcmp(kind, "bag") == 0 || strcmp(kind, "route") == 0;
	struct issue issue = {.client = client,
		.paper = paper_find(is_list ? "list" : "handover"),
		.codes = g_ptr_array_new(),
		.common = facts_new(),
		.data_file = data_file,
		.output = output,
		.dpi = PAPER_DPI};
	json_t *about = json_array();
	int status;

	issue.width_mm = issue.paper->width_mm;
	issue.height_mm = issue.paper->height_mm;
	set_common(issue.common, json);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		if (json_is_true(json_object_get(line, "counts"))) {
			g_ptr_array_add(issue.codes, (gpointer)print_text(line, "item_code"));
			json_array_append_new(about, line_facts(line));
		}
	}
	status = json_dumpfd(about, fd, JSON_COMPACT) == 0 ? issue_run(&issue) : EX_IOERR;
	json_decref(about);
	facts_free(issue.common);
	g_ptr_array_unref(issue.codes);
	return status;
}

int manifest_paper_print(struct client *client, const json_t *manifest, const char *output)
{
	g_autofree char *data_file = NULL;
	int fd = g_file_open_tmp("hoso-XXXXXX.json", &data_file, NULL);
	int status;

	if (fd < 0) {
		return print_error(client, HOSO_FILE, NULL);
	}
	status = print_with(client, manifest, output, fd, data_file);
	close(fd);
	g_unlink(data_file);
	return status;
}
