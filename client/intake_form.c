#include "intake_form.h"

#include <string.h>

#include "base/text.h"
#include "model/id_card.h"
#include "model/phone.h"
#include "model/postage.h"
#include "scan_template.h"

#define FOUND_MAX 200 /* a list that nobody reads to its end */

void intake_form_init(struct intake_form *form)
{
	*form = (struct intake_form){.data = json_object()};
}

void intake_form_done(struct intake_form *form)
{
	g_clear_pointer(&form->data, json_decref);
	g_clear_pointer(&form->procedure, json_decref);
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* ── the procedure ──────────────────────────────────────────────────────────────────────────────────── */

static bool has_words(const json_t *entry, char *const *words)
{
	g_autofree char *text = g_strdup_printf("%s %s %s", text_of(entry, "code"),
		text_of(entry, "name"), text_of(entry, "field_name"));
	g_autofree char *folded = text_fold(text);

	for (; *words; words++) {
		if (**words && !strstr(folded, *words)) {
			return false;
		}
	}
	return true;
}

GPtrArray *intake_form_find(const json_t *list, const char *words)
{
	GPtrArray *found = g_ptr_array_new();
	g_autofree char *folded = text_fold(words);
	g_auto(GStrv) parts = g_strsplit(folded, " ", -1);

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *entry = json_array_get(list, i);
		if (g_ascii_strcasecmp(text_of(entry, "code"), words) == 0) {
			g_ptr_array_set_size(found, 0);
			g_ptr_array_add(found, entry);
			return found;
		}
		if (found->len < FOUND_MAX && has_words(entry, parts)) {
			g_ptr_array_add(found, entry);
		}
	}
	return found;
}

void intake_form_take_procedure(struct intake_form *form, json_t *procedure)
{
	static const char *const hanging[] = {
		"papers", "missing_papers", "fee", "receipt", "postage", "concession"};

	for (size_t i = 0; i < G_N_ELEMENTS(hanging); i++) {
		json_object_del(form->data, hanging[i]);
	}
	json_decref(form->procedure);
	form->procedure = procedure;
}

static bool is_false(const struct intake_form *form, const char *member)
{
	return json_is_false(json_object_get(form->procedure, member));
}

enum hoso_error intake_form_may(const struct intake_form *form, int service)
{
	if (service != 2 && is_false(form, "send_by_post")) {
		return HOSO_SEND_NOT_BY_POST;
	}
	return service != 1 && is_false(form, "return_by_post") ? HOSO_RETURN_NOT_BY_POST : HOSO_OK;
}

/* ── people ─────────────────────────────────────────────────────────────────────────────────────────── */

void intake_form_set_party(struct intake_form *form, enum scan_field field, const char *name,
	const char *phone, const char *address)
{
	const char *member = scan_field_wire(field);
	json_t *party = json_object();
	char clean[PHONE_MAX + 1];

	json_object_set_new(party, "name", json_string(name));
	if (*phone) {
		json_object_set_new(
			party, "phone", json_string(phone_clean(phone, clean) ? clean : phone));
	}
	if (*address) {
		json_object_set_new(party, "address", json_string(address));
	}
	if (*name) {
		json_object_set(form->data, member, party);
	} else {
		json_object_del(form->data, member);
	}
	json_decref(party);
}

static bool is_result_only(const struct intake_form *form)
{
	return json_integer_value(json_object_get(form->data, "service")) == 2;
}

enum hoso_error intake_form_take_card(
	struct intake_form *form, enum scan_field field, const char *text, size_t length)
{
	struct id_card card;
	enum hoso_error error = id_card_parse(text, length, &card);
	g_autofree char *phone = NULL;

	if (error) {
		return error;
	}
	phone = g_strdup(text_of(json_object_get(form->data, scan_field_wire(field)), "phone"));
	intake_form_set_party(form, field, card.party.name, phone, card.party.address);
	if (field != FIELD_RECEIVER || is_result_only(form)) {
		json_object_set_new(form->data, "id_kind", json_string(card.kind));
		json_object_set_new(form->data, "id_last4", json_string(card.last4));
	}
	return HOSO_OK;
}

/* ── money ──────────────────────────────────────────────────────────────────────────────────────────── */

const char *intake_form_relation(const struct intake_form *form)
{
	const char *agency = text_of(form->data, "agency");
	const json_t *relations = json_object_get(form->procedure, "relations");

	for (size_t i = 0; i < json_array_size(relations); i++) {
		const json_t *entry = json_array_get(relations, i);
		if (strcmp(text_of(entry, "agency"), agency) == 0) {
			return text_of(entry, "relation");
		}
	}
	return "";
}

int intake_form_percent(const struct intake_form *form)
{
	const char *code = text_of(form->data, "concession");
	const json_t *concessions = json_object_get(form->procedure, "concessions");

	if (!*code) {
		return 0;
	}
	for (size_t i = 0; i < json_array_size(concessions); i++) {
		const json_t *entry = json_array_get(concessions, i);
		json_int_t percent = json_integer_value(json_object_get(entry, "percent"));
		if (strcmp(text_of(entry, "code"), code) == 0 && percent >= 0 && percent <= 100) {
			return (int)percent;
		}
	}
	return -1;
}

int64_t intake_form_whole_postage(const struct intake_form *form)
{
	const char *relation = intake_form_relation(form);
	const json_t *table = json_object_get(form->procedure, "postage");
	int64_t grams = json_integer_value(json_object_get(form->data, "grams"));
	struct postage_step steps[POSTAGE_STEPS_MAX];
	unsigned count = 0;

	for (size_t i = 0; i < json_array_size(table) && count < POSTAGE_STEPS_MAX; i++) {
		const json_t *row = json_array_get(table, i);
		if (*relation && strcmp(text_of(row, "relation"), relation) == 0) {
			steps[count].grams_max =
				json_integer_value(json_object_get(row, "grams_max"));
			steps[count++].amount_vnd =
				json_integer_value(json_object_get(row, "amount"));
		}
	}
	return postage_of(steps, count, grams);
}

int64_t intake_form_postage(const struct intake_form *form)
{
	int64_t whole_vnd = intake_form_whole_postage(form);
	int percent = intake_form_percent(form);
	const char *rounding = text_of(form->procedure, "rounding");

	/* A rule that this program does not know is not guessed at. */
	if (whole_vnd < 0 || percent < 0 || strcmp(rounding, POSTAGE_ROUNDING) != 0) {
		return -1;
	}
	return postage_reduced(whole_vnd, percent);
}

int64_t intake_form_fee(const struct intake_form *form)
{
	const json_t *fees = json_object_get(form->procedure, "fees");
	int64_t sum_vnd = 0;

	for (size_t i = 0; i < json_array_size(fees); i++) {
		sum_vnd += json_integer_value(json_object_get(json_array_get(fees, i), "amount"));
	}
	return json_array_size(fees) > 0
		       ? sum_vnd
		       : json_integer_value(json_object_get(form->procedure, "fee"));
}

/* ── papers ─────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const counts[] = {"original", "certified", "copy"};

void intake_form_fill_papers(struct intake_form *form)
{
	const json_t *published = json_object_get(form->procedure, "papers");
	json_t *papers = json_array();

	for (size_t i = 0; i < json_array_size(published); i++) {
		const json_t *from = json_array_get(published, i);
		json_t *paper = json_object();
		json_object_set(paper, "name", json_object_get(from, "name"));
		for (size_t at = 0; at < G_N_ELEMENTS(counts); at++) {
			json_object_set(paper, counts[at], json_object_get(from, counts[at]));
		}
		json_array_append_new(papers, paper);
	}
	json_object_set_new(form->data, "papers", papers);
}

static bool is_there(const json_t *papers, const char *name)
{
	for (size_t i = 0; i < json_array_size(papers); i++) {
		const json_t *paper = json_array_get(papers, i);
		json_int_t sum = 0;
		for (size_t at = 0; at < G_N_ELEMENTS(counts); at++) {
			sum += json_integer_value(json_object_get(paper, counts[at]));
		}
		if (sum > 0 && strcmp(text_of(paper, "name"), name) == 0) {
			return true;
		}
	}
	return false;
}

GPtrArray *intake_form_note_missing(struct intake_form *form)
{
	const json_t *published = json_object_get(form->procedure, "papers");
	const json_t *papers = json_object_get(form->data, "papers");
	GPtrArray *missing = g_ptr_array_new();
	json_t *names = json_array();

	for (size_t i = 0; i < json_array_size(published); i++) {
		json_t *paper = json_array_get(published, i);
		if (json_is_true(json_object_get(paper, "required")) &&
			!is_there(papers, text_of(paper, "name"))) {
			g_ptr_array_add(missing, paper);
			json_array_append(names, json_object_get(paper, "name"));
		}
	}
	if (missing->len > 0) {
		json_object_set(form->data, "missing_papers", names);
	} else {
		json_object_del(form->data, "missing_papers");
	}
	json_decref(names);
	return missing;
}

/* ── the whole ──────────────────────────────────────────────────────────────────────────────────────── */

static bool has_bad_phone(const json_t *data, const char *party)
{
	const char *phone = text_of(json_object_get(data, party), "phone");
	char clean[PHONE_MAX + 1];

	return *phone && !phone_clean(phone, clean);
}

static enum hoso_error check_phones(const json_t *data, const char **ret_member)
{
	static const char *const parties[] = {"sender", "receiver", "submitter"};

	for (size_t i = 0; i < G_N_ELEMENTS(parties); i++) {
		if (has_bad_phone(data, parties[i])) {
			*ret_member = parties[i];
			return HOSO_BAD_MEMBER;
		}
	}
	return HOSO_OK;
}

static enum hoso_error check_lists(const json_t *data, const char **ret_member)
{
	static const char *const lists[] = {"papers", "missing_papers"};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		if (json_array_size(json_object_get(data, lists[i])) > SCAN_PAPERS_MAX) {
			*ret_member = lists[i];
			return HOSO_TOO_MANY_PAPERS;
		}
	}
	return HOSO_OK;
}

enum hoso_error intake_form_check(const struct intake_form *form, const char **ret_member)
{
	struct scan_template scan_template = {.kind = EVENT_ACCEPTED, .data = form->data};
	int service = (int)json_integer_value(json_object_get(form->data, "service"));
	enum hoso_error error = scan_template_check(&scan_template, ret_member);

	error = error ? error : check_phones(form->data, ret_member);
	error = error ? error : check_lists(form->data, ret_member);
	if (!error && service != 0) {
		error = intake_form_may(form, service);
		*ret_member = error ? "service" : "";
	}
	if (!error && form->procedure && intake_form_percent(form) < 0) {
		*ret_member = "concession";
		error = HOSO_UNKNOWN_CONCESSION;
	}
	return error;
}

char *intake_form_scan(const struct intake_form *form, const struct uuid *event_id, int64_t now_ms)
{
	struct scan_template scan_template = {.kind = EVENT_ACCEPTED, .data = form->data};

	return scan_template_fill(&scan_template, event_id, &form->code, NULL, now_ms);
}
