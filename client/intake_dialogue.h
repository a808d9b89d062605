#ifndef HOSO_CLIENT_INTAKE_DIALOGUE_H
#define HOSO_CLIENT_INTAKE_DIALOGUE_H

#include "ask.h"
#include "client.h"
#include "intake_cache.h"
#include "intake_form.h"

/*
 * A dossier is taken in by question and answer, a line each, by keyboard and scanner alone. Enter takes what stands in
 * brackets; "<" goes back, "!" gives the dossier up, Ctrl-D ends.
 */

enum dialogue_step {
	DIALOGUE_NEXT, /* the question has its answer */
	DIALOGUE_BACK,
	DIALOGUE_DROP, /* this dossier is given up */
	DIALOGUE_END,  /* no more dossiers */
};

/**
 * struct dialogue - one dossier at a counter.
 * @agency: the last one chosen, so that the next dossier needs Enter only
 * @line:   the last answer, wiped after a card
 */
struct dialogue {
	const struct client *client;
	struct ask *ask;
	struct intake_cache *cache;
	struct intake_form form;
	char agency[WORD_MAX + 1];
	GString *line;
	char answer[PARTY_ADDRESS_MAX + 1];
};

void dialogue_init(struct dialogue *dialogue, const struct client *client, struct ask *ask,
	struct intake_cache *cache);
void dialogue_done(struct dialogue *dialogue);

/** dialogue_run() - all questions and the whole for confirmation. DIALOGUE_NEXT: the form is to be kept. */
enum dialogue_step dialogue_run(struct dialogue *dialogue);

/* ── for the questions ── */

/**
 * dialogue_ask() - one line, clean and without blanks at its ends, in dialogue->answer. With @hides a line that begins
 * with a digit is not shown, and dialogue->line keeps it as it was typed: the caller wipes it.
 */
enum dialogue_step dialogue_ask(
	struct dialogue *dialogue, bool hides, const char *label, const char *offered);

/** dialogue_ask_number() - 0 to @max; Enter takes @offered, unless that is negative. */
enum dialogue_step dialogue_ask_number(struct dialogue *dialogue, const char *label,
	int64_t offered, int64_t max, int64_t *ret_number);

/** dialogue_complain() - what is wrong with an answer; it is asked again. */
void dialogue_complain(const struct dialogue *dialogue, enum hoso_error error);

/** dialogue_data() - a text member of the form's data; "" when there is none. */
const char *dialogue_data(const struct dialogue *dialogue, const char *member);

/** dialogue_name() - a party's name. */
const char *dialogue_party(
	const struct dialogue *dialogue, enum scan_field field, const char *member);

enum dialogue_step question_item(struct dialogue *dialogue);
enum dialogue_step question_procedure(struct dialogue *dialogue);
enum dialogue_step question_agency(struct dialogue *dialogue);
enum dialogue_step question_service(struct dialogue *dialogue);
enum dialogue_step question_citizen(struct dialogue *dialogue);
enum dialogue_step question_receiver(struct dialogue *dialogue);
enum dialogue_step question_submitter(struct dialogue *dialogue);
enum dialogue_step question_papers(struct dialogue *dialogue);
enum dialogue_step question_seal(struct dialogue *dialogue);
enum dialogue_step question_fee(struct dialogue *dialogue);
enum dialogue_step question_postage(struct dialogue *dialogue);
enum dialogue_step question_payment(struct dialogue *dialogue);
enum dialogue_step question_note(struct dialogue *dialogue);

/* What stands in the summary for each; g_free(). */
char *summary_item(const struct dialogue *dialogue);
char *summary_procedure(const struct dialogue *dialogue);
char *summary_agency(const struct dialogue *dialogue);
char *summary_service(const struct dialogue *dialogue);
char *summary_citizen(const struct dialogue *dialogue);
char *summary_receiver(const struct dialogue *dialogue);
char *summary_submitter(const struct dialogue *dialogue);
char *summary_papers(const struct dialogue *dialogue);
char *summary_seal(const struct dialogue *dialogue);
char *summary_fee(const struct dialogue *dialogue);
char *summary_postage(const struct dialogue *dialogue);
char *summary_payment(const struct dialogue *dialogue);
char *summary_note(const struct dialogue *dialogue);

#endif
