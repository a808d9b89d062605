#ifndef HOSO_STORE_INTAKE_FACTS_H
#define HOSO_STORE_INTAKE_FACTS_H

#include <stdbool.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * What a counter needs to take in a dossier of one procedure: the papers, the fees, the postage and its concessions as
 * they are in force today, and how far each agency is from the actor's office.
 */

struct intake_procedure {
	const char *code;
	const char *name;
	const char *field_code;
	const char *field_name;
	const char *note;
	bool send_by_post;
	bool return_by_post;
	int64_t fee_vnd;
	int days; /* -1: not published */
};

struct intake_paper {
	int no;
	const char *name;
	int original;
	int certified;
	int copy;
	bool required;
	const char *guidance;
};

struct intake_fee {
	const char *kind;
	const char *name;
	int64_t amount_vnd;
};

struct intake_postage {
	const char *relation;
	int64_t grams_max;
	int64_t amount_vnd;
};

struct intake_concession {
	const char *code;
	const char *name;
	int percent;
};

struct intake_relation {
	const char *agency;
	const char *relation;
};

/** The lists of one answer, in this order; INTAKE_PROCEDURE has one row, or none: there is no such procedure. */
enum intake_list {
	INTAKE_PROCEDURE,
	INTAKE_PAPERS,
	INTAKE_FEES,
	INTAKE_POSTAGE,
	INTAKE_CONCESSIONS,
	INTAKE_RELATIONS
};

/** intake_facts_ask() - the first steps of @trip; what is read of it is borrowed from its answers. */
void intake_facts_ask(struct pg_trip *trip, const struct actor *actor, const char *procedure);
int intake_facts_count(const struct pg_trip *trip, enum intake_list list);
struct intake_procedure intake_facts_procedure(const struct pg_trip *trip);
struct intake_paper intake_facts_paper(const struct pg_trip *trip, int row);
struct intake_fee intake_facts_fee(const struct pg_trip *trip, int row);
struct intake_postage intake_facts_postage(const struct pg_trip *trip, int row);
struct intake_concession intake_facts_concession(const struct pg_trip *trip, int row);
struct intake_relation intake_facts_relation(const struct pg_trip *trip, int row);

#endif
