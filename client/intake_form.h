#ifndef HOSO_CLIENT_INTAKE_FORM_H
#define HOSO_CLIENT_INTAKE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/item_code.h>
#include <hoso/scan.h>

/**
 * struct intake_form - a dossier that is being taken in: the acceptance's data, and what is published of its
 * procedure. No terminal, no disk, no network.
 * @data:      the scan's, owned
 * @procedure: as GET /v1/intake/procedures/{code} has it, owned; NULL while it is not known
 */
struct intake_form {
	struct item_code code;
	json_t *data;
	json_t *procedure;
};

void intake_form_init(struct intake_form *form);
void intake_form_done(struct intake_form *form);

/** intake_form_find() - the procedures that @words may mean: by code, else those that have each of the words in their
 * name, field or code, without regard to case and accents. An array to unref, of borrowed members of @procedures. */
GPtrArray *intake_form_find(const json_t *list, const char *words);

/** intake_form_take_procedure() - @procedure is taken over; what hung on the one before is forgotten. */
void intake_form_take_procedure(struct intake_form *form, json_t *procedure);

/** intake_form_may() - HOSO_OK, HOSO_SEND_NOT_BY_POST, HOSO_RETURN_NOT_BY_POST; an unknown procedure may all. */
enum hoso_error intake_form_may(const struct intake_form *form, int service);

/** intake_form_set_party() - "" leaves a member out; without a name there is no party. */
void intake_form_set_party(struct intake_form *form, enum scan_field field, const char *name,
	const char *phone, const char *address);

/**
 * intake_form_take_card() - what may be kept of an identity card: name and address into the party @field, and kind and
 * last four of whoever stands at the counter. A phone that is there stays.
 *
 * Errors: those of id_card_parse().
 */
enum hoso_error intake_form_take_card(
	struct intake_form *form, enum scan_field field, const char *text, size_t length);

/** intake_form_relation() - how far the agency is from this office; "" when nobody knows. */
const char *intake_form_relation(const struct intake_form *form);

/** intake_form_percent() - of the concession in the data; 0 without one, -1 when it is not granted. */
int intake_form_percent(const struct intake_form *form);

/** intake_form_whole_postage(), intake_form_postage() - before and after the concession; -1 when it is not known. */
int64_t intake_form_whole_postage(const struct intake_form *form);
int64_t intake_form_postage(const struct intake_form *form);

/** intake_form_fee() - what is published: the sum of the fees, or what is usually paid. */
int64_t intake_form_fee(const struct intake_form *form);

/** intake_form_fill_papers() - all published papers in their published counts. */
void intake_form_fill_papers(struct intake_form *form);

/**
 * intake_form_note_missing() - write down which required papers of the published list are not in "papers", or in no
 * copy at all. Never one that is not published. An array to unref, of borrowed members of the published list.
 */
GPtrArray *intake_form_note_missing(struct intake_form *form);

/**
 * intake_form_check() - would the server take it? As far as this device can know.
 * @ret_member: the member that is meant; "" otherwise.
 */
enum hoso_error intake_form_check(const struct intake_form *form, const char **ret_member);

/** intake_form_scan() - as it is sent; g_free(). NULL when it is too long. */
char *intake_form_scan(const struct intake_form *form, const struct uuid *event_id, int64_t now_ms);

#endif
