#ifndef HOSO_STORE_BOOK_H
#define HOSO_STORE_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include <hoso/error.h>
#include <hoso/leg.h>
#include <hoso/scan.h>
#include <hoso/step.h>
#include <hoso/wire.h>

#include "base/attr.h"
#include "io/pg_conn.h"
#include "model/deadline.h"
#include "model/dossier_step.h"

/*
 * The book is what one batch of scans knows and changes: the dossiers and legs of its item codes, under
 * lock, and the events that are added. It is read in one trip (book_ask, book_learn), worked on in memory,
 * and written in the next (book_write). Strings in it belong to the book.
 */

/**
 * struct book_span - the days on which a version of the catalogue holds, as clock_local_day().
 * @to:     the first day after
 * @is_now: it holds today
 */
struct book_span {
	int32_t from;
	int32_t to;
	bool is_now;
};

/** struct book_agency - @other: another version of the same code; NULL ends them. */
struct book_agency {
	int32_t id;
	const char *code;
	const char *name;
	struct book_span span;
	const struct book_agency *other;
};

struct book_procedure {
	int32_t id;
	const char *code;
	const char *name;
	const char *field_code;
	const char *field_name;
	bool by_post;
	bool send_by_post;   /* the post may bring the papers, … */
	bool return_by_post; /* … and the result */
	struct book_span span;
	const struct book_procedure *other;
};

/* How much of a row is written: most scans only move it, which costs a tenth. In this order. */
enum book_change { BOOK_SAME, BOOK_MOVED, BOOK_CHANGED, BOOK_NEW };

/**
 * struct book_dossier - a dossier row.
 * @change: BOOK_MOVED: only dseq and hash
 * @words:  what the portal's lines say of it, frozen when it was accepted; "" for a stub
 * @status … @result_ready_at_ms: what its legs and @steps amount to; see model/dossier_step.h
 * @damaged: its steps could not be read: they and its status are left as they are
 */
struct book_dossier {
	struct uuid id;
	const char *code; /* NULL while it is not known */
	bool stub;
	enum book_change change;
	bool was_bound_here; /* lines that waited for the code may go */
	int32_t agency_id;   /* 0: none */
	const char *agency_code;
	int32_t procedure_id; /* 0: none */
	int32_t service;
	struct uuid sender_id;
	struct uuid receiver_id;
	struct uuid submitter_id; /* none: the sender handed it in */
	const char *words;
	const char *due_on;
	int32_t dseq;
	struct digest hash;
	int32_t legs;
	int64_t recorded_at_ms;
	struct uuid merged_into;
	enum dossier_status status;
	int64_t submitted_at_ms;
	const char *received_on;
	int64_t result_ready_at_ms;
	bool damaged;
	struct dossier_steps steps; /* last, and large: only what is in it is ever touched */
};

/**
 * struct book_leg - a leg row with its track and what that amounts to.
 * @change: BOOK_MOVED: only the state and the track; not the facts
 * @promised_on: "YYYY-MM-DD" of the local calendar; NULL when nothing is promised
 */
struct book_leg {
	struct uuid id;
	struct book_dossier *dossier;
	struct uuid dossier_id;
	int32_t no;
	struct item_code code;
	struct leg leg;
	const char *state_actor;
	const char *seal;
	int64_t fee_vnd;
	int64_t postage_vnd;
	int64_t collect_vnd;
	const char *promised_on;
	GArray *offices; /* int32_t, no doubles */
	enum book_change change;
	bool damaged;           /* its track could not be read: it is left as it is */
	struct leg_track track; /* last, and large: only what is in it is ever touched */
};

struct book_person {
	struct uuid id;
	const char *name;
	const char *name_folded;
	const char *phone;
	const char *address;
};

/** struct book_event - one row of event, and of outbox when @line is there. */
struct book_event {
	struct uuid id;
	struct uuid dossier_id;
	struct uuid leg_id;
	int32_t dseq;
	const char *item_code;
	const char *kind;
	int64_t occurred_at_ms;
	int64_t recorded_at_ms;
	int64_t account;
	const char *actor;
	const char *role;
	int32_t office; /* 0: none */
	const char *device;
	const char *verdict;
	const char *why;
	const char *leg_state; /* of a dossier's own step: the dossier's status */
	bool gap;
	struct digest content;
	const char *data;
	struct digest hash;
	const char *line;       /* frozen JSON for the portal, or NULL */
	const char *line_state; /* "ready" or "waiting_code" */
};

/** struct book_known - an id that is recorded already, with the answer it got. */
struct book_known {
	struct digest content;
	enum verdict verdict;
	enum hoso_error why;
	enum leg_state leg_state;   /* LEG_STATE_COUNT for a step … */
	enum dossier_status status; /* … and DOSSIER_STATUS_COUNT for a scan */
	int32_t dseq;
	bool gap;
	const char *actor;
	int64_t recorded_at_ms;
};

/** struct book_road - of one acceptance. @taken_in_at_ms: when its dossier's papers were accepted; 0: not known */
struct book_road {
	struct deadline_road days;
	int64_t taken_in_at_ms;
};

struct book;

struct book *book_new(void);
void book_free(struct book *book);

/**
 * book_want() - this scan will be judged: its id, item code, dossier code and catalogue codes are asked for.
 * @office: where it is scanned; 0: at an agency
 */
void book_want(struct book *book, const struct scan *scan, int32_t office);

/** book_want_step() - the same for a step of a dossier. */
void book_want_step(struct book *book, const struct step *step);

/** book_want_dossier() - the dossier of this code, beside those of the scans. */
void book_want_dossier(struct book *book, const char *code);

/** book_ask() - BEGIN, lock what nobody else has in hand, and then, in statements that see what those wrote, read. */
void book_ask(const struct book *book, struct pg_trip *trip);

/** book_learn() - take the answers in. */
void book_learn(struct book *book, const struct pg_trip *trip);

/**
 * book_is_busy() - somebody else has the scan's dossier in hand: it cannot be judged now.
 * But an id that is recorded already has its answer.
 */
bool book_is_busy(const struct book *book, const struct scan *scan);

/** book_is_code_busy() - the same of a dossier by its code, or of an item by its. */
bool book_is_code_busy(const struct book *book, const char *code);

/** book_write() - write what changed: at most BOOK_WRITE_STEPS_MAX statements, and no COMMIT. */
void book_write(const struct book *book, struct pg_trip *trip);
#define BOOK_WRITE_STEPS_MAX 15

/* Look-ups; NULL when there is none. */
const struct book_known *book_known(const struct book *book, const struct uuid *event_id);
struct book_leg *book_leg(const struct book *book, const struct item_code *code);
struct book_dossier *book_dossier(const struct book *book, const char *code);
const struct book_agency *book_agency(const struct book *book, const char *code);
const struct book_procedure *book_procedure(const struct book *book, const char *code);

/*
 * The version that held on @day (clock_local_day()); else that of today, for a catalogue may be younger than a
 * scan; else none. Those above are of today.
 */
const struct book_agency *book_agency_on(const struct book *book, const char *code, int32_t day);
const struct book_procedure *book_procedure_on(
	const struct book *book, const char *code, int32_t day);

/** book_road() - of the acceptance with this id; NULL when nobody knows how far it is. */
const struct book_road *book_road(const struct book *book, const struct uuid *event_id);
/** book_calendar() - around the acceptances and returns that are wanted; for others it is empty. */
const struct calendar *book_calendar(const struct book *book);
int32_t book_office(const struct book *book, const char *code); /* 0 when there is none */
bool book_has_concession(const struct book *book, const char *code);

/* Additions, found by the look-ups from then on. */
struct book_dossier *book_add_dossier(struct book *book, const struct uuid *id, int64_t now_ms);
struct book_leg *book_add_leg(struct book *book, struct book_dossier *dossier,
	const struct uuid *id, const struct item_code *code);
struct book_event *book_add_event(struct book *book);
void book_add_person(struct book *book, const struct uuid *id, const struct party *party);
void book_add_known(
	struct book *book, const struct book_event *event, const struct book_known *known);

/** book_move_leg() - the leg of a stub turned out to be @dossier's; the stub keeps what was recorded under it. */
void book_move_leg(struct book_leg *leg, struct book_dossier *dossier);

/** book_leg_of() - the legs of @dossier, one after the other: @index from 0 until it is NULL. All of them are known. */
struct book_leg *book_leg_of(
	const struct book *book, const struct book_dossier *dossier, guint *index);

/** book_bind() - give the dossier its code. */
void book_bind(struct book *book, struct book_dossier *dossier, const char *code);

/** book_visit() - the leg was in, or is going to, this office. */
void book_visit(struct book_leg *leg, int32_t office);

/** book_raise() - at least so much of the row is to be written. */
void book_raise(enum book_change *change, enum book_change least);

/** book_text() - a copy that lives as long as the book. */
const char *book_text(struct book *book, const char *text);

#endif
