#ifndef HOSO_TESTS_SIM_CHECKS_H
#define HOSO_TESTS_SIM_CHECKS_H

#include "database.h"
#include "flow/intake.h"

/*
 * What must be true, whatever goes wrong. I1: what is acknowledged is stored, with that answer. I2: one row
 * per id, each dossier's sequence is 1, 2, 3 …, the chain holds. I3: the same id gets the same answer. I4: a
 * leg is the fold of its events. I5: an outbox row for each event that needs one, and no other. I6, I7: the portal
 * takes each dossier's lines in order, each once. I8: everything drains. I13: no false answer. I14: every
 * scan that was kept is answered in the end. I16: the scans of one request are recorded in their order. Source: promises, 3.0.
 */

/* Nothing goes wrong with database or daemons in this run: then nobody may be put off. */
extern bool checks_calm;

void checks_begin(const struct database *database);
void checks_end(void);
const struct database *checks_database(void);

/** checks_note_trip() - what a daemon is about to send: who may say "unknown", and who may not say "not sent". */
void checks_note_trip(unsigned who, const struct pg_trip *trip);
/** checks_note_start() - a daemon begins with an empty memory. */
void checks_note_start(unsigned who);

/** checks_after_commit() - some transaction has ended. */
void checks_after_commit(void);

/**
 * checks_answer() - the intake of daemon @who has answered.
 * @alone:    no other request for this id was with any daemon meanwhile
 * @since_ms: when it was submitted
 */
void checks_answer(unsigned who, const struct intake_req *req, bool alone, int64_t since_ms);

/** checks_commit_of() - which commit brought this event; those of one commit share it. 0: not known, or none. */
uint64_t checks_commit_of(const char *event_id);

/** checks_all() - everything that must hold of what is committed now. */
void checks_all(void);

/** checks_drained() - is there nothing left for the portal? */
bool checks_drained(void);

/* The end state, in words: what the other database must come to as well. */
void checks_tell_state(void);

/** checks_begun() - daemon @who begins to send: only under its lease, however long it slept. */
void checks_begun(unsigned who, const char *key);

/** checks_sent_again() - daemon @who sends, without asking first, what the portal has: only without a lease. */
void checks_sent_again(unsigned who, const char *key);

/* What the portal took, for I6 and I7. */
void checks_applied(const char *key, uint32_t dseq);

#endif
