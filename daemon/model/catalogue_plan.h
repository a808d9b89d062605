#ifndef HOSO_MODEL_CATALOGUE_PLAN_H
#define HOSO_MODEL_CATALOGUE_PLAN_H

#include "model/catalogue.h"

/*
 * What an import would do, decided before anything is written. Each key has a timeline of versions that do not
 * overlap. What changes ends the version of before and begins another at its day; a version that begins today or
 * later is corrected in place; what is past stays as it is, for dossiers were taken in under it. Pure.
 */

enum catalogue_what {
	CATALOGUE_ADDED,
	CATALOGUE_CHANGED,
	CATALOGUE_CLOSED,
	CATALOGUE_MERGED,
	CATALOGUE_UNCHANGED,
	CATALOGUE_REFUSED,
	CATALOGUE_WHAT_COUNT
};

const char *catalogue_what_wire(enum catalogue_what what);

/** struct catalogue_row - one line of a file; cells by the table's columns, NULL where the file does not say. */
struct catalogue_row {
	unsigned line;
	const char *cells[CATALOGUE_CELLS_MAX];
};

/** struct catalogue_version - @id: of its row in the database; 0, it has none yet. @from to before @to. */
struct catalogue_version {
	int32_t id;
	int32_t from;
	int32_t to;
	bool is_touched;
	const char *cells[CATALOGUE_CELLS_MAX];
};

struct catalogue_change {
	const char *column;
	const char *old;
	const char *new;
};

/**
 * struct catalogue_entry - what becomes of one line.
 * @key:     "NORTH", "1.000.1/3"; "" for what is about the file
 * @column:  for CATALOGUE_REFUSED, or NULL
 * @version: what the line is about; NULL when it was refused
 */
struct catalogue_entry {
	unsigned line;
	enum catalogue_what what;
	const char *key;
	enum catalogue_reason reason;
	const char *column;
	GArray *changes; /* struct catalogue_change */
	struct catalogue_version *version;
};

/** struct catalogue_plan - owns its texts, rows and versions; @timelines: key → GPtrArray of versions, by day. */
struct catalogue_plan {
	const struct catalogue_table *table; /* whose versions these are */
	enum catalogue_kind kind; /* what the file has; papers and fees belong to procedures */
	int32_t today;
	GStringChunk *texts;
	GHashTable *timelines;
	GHashTable *seen;
	GPtrArray *entries;
	GPtrArray *rows;
	unsigned counts[CATALOGUE_WHAT_COUNT];
};

struct catalogue_plan *catalogue_plan_new(enum catalogue_kind kind, int32_t today);
void catalogue_plan_free(struct catalogue_plan *plan);

/** catalogue_plan_know() - a version that is there; those of a key come by day. Cells are copied. */
void catalogue_plan_know(struct catalogue_plan *plan, int32_t id, int32_t from, int32_t to,
	const char *const *cells);

/** catalogue_plan_row() - an empty row of the plan's own, to be filled with texts that live as long. */
struct catalogue_row *catalogue_plan_row(struct catalogue_plan *plan, unsigned line);

/** catalogue_plan_text() - a copy that lives as long as the plan. */
const char *catalogue_plan_text(struct catalogue_plan *plan, const char *text);

/**
 * catalogue_plan_take() - decide about one row of @plan->table.
 * @return: its entry; add catalogue_plan_note() it to have it in the report.
 */
struct catalogue_entry *catalogue_plan_take(
	struct catalogue_plan *plan, const struct catalogue_row *row);
void catalogue_plan_note(struct catalogue_plan *plan, struct catalogue_entry *entry);
struct catalogue_entry *catalogue_entry_new(unsigned line, const char *key);
void catalogue_entry_free(struct catalogue_entry *entry);

/** catalogue_plan_refuse() - note that a line, or the file (0), is refused. @column may be NULL. */
void catalogue_plan_refuse(struct catalogue_plan *plan, unsigned line, const char *key,
	const char *column, enum catalogue_reason reason);

/**
 * catalogue_plan_check() - when all rows are taken: does what they refer to exist on their day, is nobody below
 * themselves, and does nothing hang below what is closed?
 * @areas: the codes of all areas, as a set; NULL when the table refers to none
 */
void catalogue_plan_check(struct catalogue_plan *plan, GHashTable *areas);

/** catalogue_plan_in_force() - the version of @key on @day; NULL when there is none. */
struct catalogue_version *catalogue_plan_in_force(
	const struct catalogue_plan *plan, const char *key, int32_t day);

/** catalogue_plan_timeline() - the versions of @key, which lives as long as the plan; an empty one is made. */
GPtrArray *catalogue_plan_timeline(struct catalogue_plan *plan, const char *key);

/** catalogue_plan_touched() - every version that has to be written, by key and day; the caller frees the array. */
GPtrArray *catalogue_plan_touched(const struct catalogue_plan *plan);

/** catalogue_key() - the key of these cells; the caller frees it. */
char *catalogue_key(const struct catalogue_table *table, const char *const *cells);

#endif
