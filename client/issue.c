#include "issue.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include <hoso/item_code.h>

#include "call.h"
#include "picture.h"
#include "print.h"
#include "query.h"
#include "readback.h"
#include "whole_file.h"

/* As a poor scanner or a phone from afar sees the page, and as a good one does. */
static const unsigned read_dpi[] = {150, 300};

static void unref(void *json)
{
	json_decref(json);
}

/* The table's words are for what comes from a user or a camera; here they would lead astray. */
static int refuse(const struct issue *issue, enum hoso_error error, const char *why)
{
	if (why && !issue->client->json) {
		print_note("%s", why);
		return error == HOSO_BAD_CONFIG ? EX_CONFIG : EX_DATAERR;
	}
	return print_error(issue->client, error, why);
}

/* One value after the other, as "hoso show --json" prints them, or arrays of them. */
static int read_notes(const struct issue *issue, GPtrArray *dossiers)
{
	g_autoptr(GBytes) bytes = NULL;
	enum hoso_error error = picture_load(issue->data_file, &bytes);
	size_t left = 0;
	const char *at;

	if (error) {
		return print_error(issue->client, error, issue->data_file);
	}
	at = g_bytes_get_data(bytes, &left);
	for (;;) {
		json_error_t where;
		json_t *value;
		while (left > 0 && strchr(" \t\r\n", *at)) {
			at++, left--;
		}
		if (left == 0) {
			return EX_OK;
		}
		value = json_loadb(
			at, left, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &where);
		if (!value) {
			return print_error(issue->client, HOSO_BAD_JSON, issue->data_file);
		}
		at += where.position;
		left -= (size_t)where.position;
		for (size_t i = 0; i < json_array_size(value); i++) {
			g_ptr_array_add(dossiers, json_incref(json_array_get(value, i)));
		}
		if (json_is_object(value)) {
			g_ptr_array_add(dossiers, json_incref(value));
		}
		json_decref(value);
	}
}

static int refuse_code(const struct issue *issue, enum hoso_error error, const char *code)
{
	return print_error(issue->client, error, code);
}

/* What the command line and the data file say of one item. */
static int begin_facts(const struct issue *issue, const char *given, const GPtrArray *dossiers,
	struct facts *facts)
{
	struct item_code code;
	enum hoso_error error = item_code_parse(given, strlen(given), &code);

	if (!error) {
		error = facts_set(facts, FACT_ITEM_CODE, code.text);
	}
	facts_fill(facts, issue->common);
	if (!error && issue->known) {
		error = facts_read(facts, issue->known, code.text);
	}
	for (unsigned i = 0; !error && i < dossiers->len; i++) {
		if (facts_is_about(dossiers->pdata[i], code.text)) {
			error = facts_read(facts, dossiers->pdata[i], code.text);
		}
	}
	return error ? refuse_code(issue, error, given) : EX_OK;
}

/* Two items with the same label would be one item from then on. */
static int check_different(const struct issue *issue, const GPtrArray *all)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < all->len; i++) {
		struct facts *facts = all->pdata[i];
		if (!g_hash_table_add(seen, facts->text[FACT_ITEM_CODE])) {
			g_autofree char *detail = g_strdup_printf(
				_("%s was given twice"), facts->text[FACT_ITEM_CODE]);
			return refuse(issue, HOSO_CONFLICT, detail);
		}
	}
	return EX_OK;
}

/* @ret_is_up: false when there is no answer, so that a thousand items do not wait a thousand times. */
static int ask_server(const struct issue *issue, struct facts *facts, bool *ret_is_up)
{
	const char *code = facts->text[FACT_ITEM_CODE];
	g_autofree char *segment = query_segment(code);
	g_autofree char *path = g_strconcat("/v1/dossiers/", segment, NULL);
	struct call_problem problem;
	json_t *dossier = NULL;
	enum hoso_error error =
		call_json(&issue->client->session, "GET", path, NULL, &problem, &dossier);

	if (error == HOSO_NOT_FOUND) {
		return EX_OK; /* a new label's item is not known yet */
	}
	if (error == HOSO_NETWORK) {
		print_note("%s", _("the server does not answer: what it knows is left open"));
		*ret_is_up = false;
		return EX_OK;
	}
	if (error) {
		return print_problem(issue->client, &problem);
	}
	error = facts_read(facts, dossier, code);
	json_decref(dossier);
	return error ? refuse_code(issue, error, code) : EX_OK;
}

/* Whose paper it is: the office of who is signed in. */
static enum hoso_error ask_office(const struct issue *issue, struct facts *common)
{
	struct call_problem problem;
	json_t *me = NULL;
	const json_t *place;
	enum hoso_error error = HOSO_OK;

	if (call_json(&issue->client->session, "GET", "/v1/me", NULL, &problem, &me)) {
		return HOSO_OK; /* it is left open */
	}
	place = print_place(me);
	if (!common->text[FACT_OFFICE][0] && *print_text(place, "name")) {
		error = facts_set(common, FACT_OFFICE, print_text(place, "name"));
	}
	json_decref(me);
	return error;
}

static int ask_about_all(const struct issue *issue, const GPtrArray *all)
{
	const struct session *session = &issue->client->session;
	bool is_up = !issue->offline && session->server && session->token;
	struct facts *office = facts_new();
	int status = EX_OK;

	for (unsigned i = 0; status == EX_OK && is_up && i < all->len; i++) {
		status = ask_server(issue, all->pdata[i], &is_up);
	}
	if (status == EX_OK && is_up && ask_office(issue, office) == HOSO_OK) {
		for (unsigned i = 0; i < all->len; i++) {
			facts_fill(all->pdata[i], office);
		}
	}
	facts_free(office);
	return status;
}

static int gather(const struct issue *issue, GPtrArray *all)
{
	g_autoptr(GPtrArray) dossiers = g_ptr_array_new_with_free_func(unref);
	int status = issue->data_file ? read_notes(issue, dossiers) : EX_OK;

	for (unsigned i = 0; status == EX_OK && i < issue->codes->len; i++) {
		struct facts *facts = facts_new();
		g_ptr_array_add(all, facts);
		status = begin_facts(issue, issue->codes->pdata[i], dossiers, facts);
	}
	status = status == EX_OK ? check_different(issue, all) : status;
	return status == EX_OK ? ask_about_all(issue, all) : status;
}

static int refuse_press(const struct issue *issue, enum hoso_error error)
{
	const char *why = NULL;

	if (error == HOSO_TOO_LARGE) {
		why = _("a barcode or a text does not fit on paper of this size: choose a larger --size");
	} else if (error == HOSO_BAD_CONFIG) {
		why = _("no font of this device has all letters of Vietnamese: install fonts-liberation2");
	} else if (error == HOSO_FILE) {
		why = _("the paper could not be drawn");
	}
	return refuse(issue, error, why);
}

static int refuse_page(
	const struct issue *issue, enum hoso_error error, const struct readback_fault *fault)
{
	g_autofree char *why = NULL;

	if (error == HOSO_NO_CODE) {
		why = g_strdup_printf(
			_("page %u, drawn at %u dpi: %s cannot be read. Nothing was written; "
			  "choose a larger --size or a finer --dpi"),
			fault->page, fault->dpi, fault->wanted);
	} else if (error == HOSO_CONFLICT) {
		why = g_strdup_printf(
			_("page %u, drawn at %u dpi: it reads %s, which is not on it. "
			  "Nothing was written"),
			fault->page, fault->dpi, fault->found);
	} else if (error == HOSO_BAD_CONFIG) {
		why = g_strdup(_("the paper cannot be read back: install libpoppler-glib8"));
	} else {
		why = g_strdup(_("the paper cannot be read back. Nothing was written"));
	}
	return refuse(issue, error, why);
}

static int check_and_write(const struct issue *issue, const struct pressed *pressed)
{
	enum hoso_error error;

	for (size_t i = 0; i < G_N_ELEMENTS(read_dpi); i++) {
		struct readback_fault fault = {0};
		error = readback(pressed, read_dpi[i], &fault);
		if (error) {
			return refuse_page(issue, error, &fault);
		}
	}
	error = whole_file_write(issue->output, pressed->pdf);
	if (error) {
		g_autofree char *detail = g_strdup_printf("%s: %s", issue->output, strerror(errno));
		return print_error(issue->client, error, detail);
	}
	return EX_OK;
}

static void tell(const struct issue *issue, const struct pressed *pressed)
{
	if (strcmp(issue->output, "-") == 0) {
		return;
	}
	if (issue->client->json) {
		g_autofree char *name = g_utf8_make_valid(issue->output, -1);
		json_t *line = json_pack("{s:s, s:I, s:I}", "file", name, "pages",
			(json_int_t)pressed->pages, "barcodes", (json_int_t)pressed->codes->len);
		print_json(line);
		json_decref(line);
		return;
	}
	print_note(_("%s: pages: %u, barcodes read back: %u"), issue->output, pressed->pages,
		pressed->codes->len);
}

int issue_run(const struct issue *issue)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)facts_free);
	struct press_order order = {.paper = issue->paper,
		.width_mm = issue->width_mm,
		.height_mm = issue->height_mm,
		.dpi = issue->dpi,
		.facts = all};
	struct pressed pressed = {0};
	enum hoso_error error;
	int status = gather(issue, all);

	if (status != EX_OK) {
		return status;
	}
	error = press(&order, &pressed);
	if (error) {
		return refuse_press(issue, error);
	}
	status = check_and_write(issue, &pressed);
	if (status == EX_OK) {
		tell(issue, &pressed);
	}
	pressed_done(&pressed);
	return status;
}
