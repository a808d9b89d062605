#include "store/book.h"

#include <string.h>

#include "base/text.h"
#include "store/book_care.h"
#include "store/book_money.h"
#include "store/book_private.h"

static guint hash_uuid(gconstpointer key)
{
	guint hash;

	/* The last bytes of a UUIDv7 are random. */
	memcpy(&hash, ((const struct uuid *)key)->bytes + 12, sizeof hash);
	return hash;
}

static gboolean same_uuid(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct uuid)) == 0;
}

static void free_leg(gpointer data)
{
	struct book_leg *leg = data;

	g_array_unref(leg->offices);
	g_free(leg);
}

static GHashTable *new_set(void)
{
	return g_hash_table_new(g_str_hash, g_str_equal);
}

struct book *book_new(void)
{
	struct book *book = g_new0(struct book, 1);

	book->texts = g_string_chunk_new(16384);
	book->wanted_codes = new_set();
	book->wanted_dossiers = new_set();
	book->wanted_agencies = new_set();
	book->wanted_procedures = new_set();
	book->wanted_offices = new_set();
	book->wanted_concessions = new_set();
	book->wanted_care = new_set();
	book->wanted_dossier_care = new_set();
	book->busy = new_set();
	book->wanted_events = g_array_new(FALSE, FALSE, sizeof(struct uuid));
	book->known = g_hash_table_new_full(hash_uuid, same_uuid, g_free, g_free);
	book->legs_by_code = new_set();
	book->dossiers_by_id = g_hash_table_new(hash_uuid, same_uuid);
	book->dossiers_by_code = new_set();
	book->agencies = new_set();
	book->procedures = new_set();
	book->catalogue = g_ptr_array_new_with_free_func(g_free);
	book->offices = new_set();
	book->concessions = new_set();
	book->acceptances = g_ptr_array_new_with_free_func(g_free);
	book->roads = g_hash_table_new_full(hash_uuid, same_uuid, g_free, g_free);
	book->cares = g_hash_table_new_full(hash_uuid, same_uuid, NULL, g_free);
	book->announced = g_hash_table_new_full(hash_uuid, same_uuid, g_free, NULL);
	book->proofs = book_care_new_proofs();
	book->announcements = book_care_new_announcements();
	book->dossiers = g_ptr_array_new_with_free_func(g_free);
	book->legs = g_ptr_array_new_with_free_func(free_leg);
	book->persons = g_ptr_array_new_with_free_func(g_free);
	book->events = g_ptr_array_new_with_free_func(g_free);
	book_money_init(book);
	return book;
}

void book_free(struct book *book)
{
	if (!book) {
		return;
	}
	g_hash_table_unref(book->wanted_codes);
	g_hash_table_unref(book->wanted_dossiers);
	g_hash_table_unref(book->wanted_agencies);
	g_hash_table_unref(book->wanted_procedures);
	g_hash_table_unref(book->wanted_offices);
	g_hash_table_unref(book->wanted_concessions);
	g_hash_table_unref(book->wanted_care);
	g_hash_table_unref(book->wanted_dossier_care);
	g_hash_table_unref(book->busy);
	g_array_unref(book->wanted_events);
	g_hash_table_unref(book->known);
	g_hash_table_unref(book->legs_by_code);
	g_hash_table_unref(book->dossiers_by_id);
	g_hash_table_unref(book->dossiers_by_code);
	g_hash_table_unref(book->agencies);
	g_hash_table_unref(book->procedures);
	g_hash_table_unref(book->offices);
	g_hash_table_unref(book->concessions);
	g_ptr_array_unref(book->acceptances);
	g_hash_table_unref(book->roads);
	g_hash_table_unref(book->cares);
	g_hash_table_unref(book->announced);
	g_array_unref(book->proofs);
	g_array_unref(book->announcements);
	g_ptr_array_unref(book->catalogue);
	g_ptr_array_unref(book->dossiers);
	g_ptr_array_unref(book->legs);
	g_ptr_array_unref(book->persons);
	g_ptr_array_unref(book->events);
	book_money_done(book);
	g_string_chunk_free(book->texts);
	g_free(book);
}

const char *book_text(struct book *book, const char *text)
{
	return g_string_chunk_insert(book->texts, text);
}

static void want_text(struct book *book, GHashTable *set, const char *text)
{
	if (text[0]) {
		g_hash_table_add(set, (gpointer)book_text(book, text));
	}
}

void book_want(struct book *book, const struct scan *scan, int32_t office)
{
	g_array_append_val(book->wanted_events, scan->event_id);
	want_text(book, book->wanted_codes, scan->code.text);
	want_text(book, book->wanted_dossiers, scan->dossier_code.text);
	want_text(book, book->wanted_agencies, scan->agency);
	want_text(book, book->wanted_procedures, scan->procedure);
	want_text(book, book->wanted_offices, scan->next_office);
	want_text(book, book->wanted_concessions, scan->concession);
	book_want_promise(book, scan, office);
	if (book_care_is_wanted(scan)) {
		want_text(book, book->wanted_care, scan->code.text);
		want_text(book, book->wanted_dossier_care, scan->dossier_code.text);
	}
	book_money_want(book, scan);
}

void book_want_step(struct book *book, const struct step *step)
{
	g_array_append_val(book->wanted_events, step->event_id);
	want_text(book, book->wanted_dossiers, step->dossier_code.text);
	want_text(book, book->wanted_agencies, step->agency);
	want_text(book, book->wanted_procedures, step->procedure);
	if (step->kind == EVENT_RESULT_READY || step->kind == EVENT_VOID) {
		want_text(book, book->wanted_dossier_care, step->dossier_code.text);
	}
}

void book_want_dossier(struct book *book, const char *code)
{
	want_text(book, book->wanted_dossiers, code);
}

bool book_is_code_busy(const struct book *book, const char *code)
{
	return g_hash_table_contains(book->busy, code);
}

bool book_is_busy(const struct book *book, const struct scan *scan)
{
	return !book_known(book, &scan->event_id) &&
	       (book_is_code_busy(book, scan->code.text) ||
		       book_is_code_busy(book, scan->dossier_code.text));
}

const struct book_known *book_known(const struct book *book, const struct uuid *event_id)
{
	return g_hash_table_lookup(book->known, event_id);
}

struct book_leg *book_leg(const struct book *book, const struct item_code *code)
{
	return g_hash_table_lookup(book->legs_by_code, code->text);
}

struct book_dossier *book_dossier(const struct book *book, const char *code)
{
	return g_hash_table_lookup(book->dossiers_by_code, code);
}

static bool spans(const struct book_span *span, int32_t day)
{
	return span->from <= day && span->to > day;
}

const struct book_agency *book_agency(const struct book *book, const char *code)
{
	const struct book_agency *agency = g_hash_table_lookup(book->agencies, code);

	return agency && agency->span.is_now ? agency : NULL;
}

const struct book_procedure *book_procedure(const struct book *book, const char *code)
{
	const struct book_procedure *procedure = g_hash_table_lookup(book->procedures, code);

	return procedure && procedure->span.is_now ? procedure : NULL;
}

const struct book_agency *book_agency_on(const struct book *book, const char *code, int32_t day)
{
	const struct book_agency *agency = g_hash_table_lookup(book->agencies, code);

	while (agency && !spans(&agency->span, day)) {
		agency = agency->other;
	}
	return agency ? agency : book_agency(book, code);
}

const struct book_procedure *book_procedure_on(
	const struct book *book, const char *code, int32_t day)
{
	const struct book_procedure *procedure = g_hash_table_lookup(book->procedures, code);

	while (procedure && !spans(&procedure->span, day)) {
		procedure = procedure->other;
	}
	return procedure ? procedure : book_procedure(book, code);
}

bool book_has_concession(const struct book *book, const char *code)
{
	return g_hash_table_contains(book->concessions, code);
}

int32_t book_office(const struct book *book, const char *code)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(book->offices, code));
}

struct book_dossier *book_take_dossier(struct book *book, const struct uuid *id)
{
	struct book_dossier *dossier = g_hash_table_lookup(book->dossiers_by_id, id);

	if (!dossier) {
		dossier = g_new(struct book_dossier, 1);
		memset(dossier, 0, offsetof(struct book_dossier, steps));
		dossier->steps.count = 0;
		dossier->id = *id;
		dossier->words = "";
		g_ptr_array_add(book->dossiers, dossier);
		g_hash_table_insert(book->dossiers_by_id, &dossier->id, dossier);
	}
	return dossier;
}

struct book_leg *book_take_leg(struct book *book, struct book_dossier *dossier,
	const struct uuid *id, const struct item_code *code)
{
	struct book_leg *leg = g_new(struct book_leg, 1);

	memset(leg, 0, offsetof(struct book_leg, track));
	leg->track.count = 0;
	leg->id = *id;
	leg->dossier = dossier;
	leg->dossier_id = dossier->id;
	leg->code = *code;
	leg->seal = "";
	leg->state_actor = "";
	leg->offices = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_ptr_array_add(book->legs, leg);
	g_hash_table_insert(book->legs_by_code, leg->code.text, leg);
	return leg;
}

struct book_dossier *book_add_dossier(struct book *book, const struct uuid *id, int64_t now_ms)
{
	struct book_dossier *dossier = book_take_dossier(book, id);

	dossier->stub = true;
	dossier->change = BOOK_NEW;
	dossier->recorded_at_ms = now_ms;
	return dossier;
}

struct book_leg *book_add_leg(struct book *book, struct book_dossier *dossier,
	const struct uuid *id, const struct item_code *code)
{
	struct book_leg *leg = book_take_leg(book, dossier, id, code);

	leg->no = ++dossier->legs;
	leg->change = BOOK_NEW;
	book_raise(&dossier->change, BOOK_CHANGED);
	return leg;
}

struct book_event *book_add_event(struct book *book)
{
	struct book_event *event = g_new0(struct book_event, 1);

	g_ptr_array_add(book->events, event);
	return event;
}

void book_add_person(struct book *book, const struct uuid *id, const struct party *party)
{
	struct book_person *person = g_new0(struct book_person, 1);
	g_autofree char *folded = text_fold(party->name);

	person->id = *id;
	person->name = book_text(book, party->name);
	person->name_folded = book_text(book, folded);
	person->phone = book_text(book, party->phone);
	person->address = book_text(book, party->address);
	g_ptr_array_add(book->persons, person);
}

void book_add_known(
	struct book *book, const struct book_event *event, const struct book_known *known)
{
	g_hash_table_replace(book->known, g_memdup2(&event->id, sizeof event->id),
		g_memdup2(known, sizeof *known));
}

void book_move_leg(struct book_leg *leg, struct book_dossier *dossier)
{
	leg->dossier->merged_into = dossier->id;
	book_raise(&leg->dossier->change, BOOK_CHANGED);
	leg->dossier = dossier;
	leg->dossier_id = dossier->id;
	leg->no = ++dossier->legs;
	book_raise(&leg->change, BOOK_CHANGED);
	book_raise(&dossier->change, BOOK_CHANGED);
}

struct book_leg *book_leg_of(
	const struct book *book, const struct book_dossier *dossier, guint *index)
{
	while (*index < book->legs->len) {
		struct book_leg *leg = g_ptr_array_index(book->legs, (*index)++);
		if (leg->dossier == dossier) {
			return leg;
		}
	}
	return NULL;
}

void book_bind(struct book *book, struct book_dossier *dossier, const char *code)
{
	if (dossier->code) {
		g_hash_table_remove(book->dossiers_by_code, dossier->code);
	}
	dossier->code = book_text(book, code);
	dossier->was_bound_here = true;
	book_raise(&dossier->change, BOOK_CHANGED);
	g_hash_table_insert(book->dossiers_by_code, (gpointer)dossier->code, dossier);
}

void book_visit(struct book_leg *leg, int32_t office)
{
	for (guint i = 0; i < leg->offices->len; i++) {
		if (g_array_index(leg->offices, int32_t, i) == office) {
			return;
		}
	}
	if (office != 0) {
		g_array_append_val(leg->offices, office);
		book_raise(&leg->change, BOOK_CHANGED);
	}
}

void book_raise(enum book_change *change, enum book_change least)
{
	*change = MAX(*change, least);
}
