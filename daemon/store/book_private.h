#ifndef HOSO_STORE_BOOK_PRIVATE_H
#define HOSO_STORE_BOOK_PRIVATE_H

#include "store/book.h"

struct book {
	GStringChunk *texts;
	/* what is asked for; sets of strings */
	GHashTable *wanted_codes;
	GHashTable *wanted_dossiers;
	GHashTable *wanted_agencies;
	GHashTable *wanted_procedures;
	GHashTable *wanted_offices;
	GHashTable *wanted_concessions;
	GHashTable *wanted_care; /* item codes */
	GHashTable *wanted_dossier_care;
	GArray *wanted_events;  /* struct uuid */
	GPtrArray *acceptances; /* struct book_acceptance */
	bool wants_calendar;
	int32_t first_day; /* of what needs it */
	int32_t last_day;
	GHashTable *busy; /* item and dossier codes that are in somebody else's hands */
	/* what is known */
	GHashTable *known;          /* struct uuid → struct book_known */
	GHashTable *legs_by_code;   /* text → struct book_leg, owned by legs */
	GHashTable *dossiers_by_id; /* struct uuid → struct book_dossier, owned by dossiers */
	GHashTable *dossiers_by_code;
	GHashTable *agencies;    /* text → struct book_agency, owned by catalogue */
	GHashTable *procedures;  /* text → struct book_procedure, owned by catalogue */
	GHashTable *offices;     /* text → GINT_TO_POINTER(id) */
	GHashTable *concessions; /* a set of texts */
	GHashTable *roads;       /* struct uuid of the acceptance → struct book_road */
	struct calendar calendar;
	GHashTable *cares;     /* struct uuid of a leg → struct book_care, owned */
	GHashTable *announced; /* struct uuid of a step → names of papers, owned by texts */
	GArray *proofs;        /* of the events that are added; book_care.c's own rows */
	GArray *announcements; /* that are added; likewise */
	GPtrArray *catalogue;
	GPtrArray *dossiers;
	GPtrArray *legs;
	GPtrArray *persons;
	GPtrArray *events;
	/* money: what is asked for, what is known, what is added */
	GHashTable *wanted_receipts; /* texts */
	GArray *wanted_targets;      /* struct uuid */
	GHashTable *receipts;        /* "office/year/number" → struct book_receipt */
	GPtrArray *moved;            /* struct book_money */
	GPtrArray *money;
	GPtrArray *given;
};

GArray *book_care_new_proofs(void);
GArray *book_care_new_announcements(void);
/** book_ask_for() - one parameter: an array of the texts in @wanted. */
void book_ask_for(struct pg_params *params, GHashTable *wanted);
/** struct book_acceptance - what a promise depends on. */
struct book_acceptance {
	struct uuid event_id;
	int32_t office;
	const char *item_code;
	const char *dossier_code;
	const char *agency;
	const char *next_office;
	bool to_agency;
};

void book_want_promise(struct book *book, const struct scan *scan, int32_t office);
void book_ask_promise(const struct book *book, struct pg_trip *trip);
bool book_is_promise(const struct pg_statement *statement);
void book_learn_promise(struct book *book, const PGresult *rows);

struct book_dossier *book_take_dossier(struct book *book, const struct uuid *id);
struct book_leg *book_take_leg(struct book *book, struct book_dossier *dossier,
	const struct uuid *id, const struct item_code *code);

#endif
