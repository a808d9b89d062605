#ifndef HOSO_TESTS_SIM_CHECKS_STATE_H
#define HOSO_TESTS_SIM_CHECKS_STATE_H

#include "database.h"

/** checks_state() - sequences, outbox and, when @deeply, chains and folds of what is committed. */
/* The setting portal.optional_steps of this run. */
extern bool checks_optional_steps;

void checks_state(const struct database *database, bool deeply);

/** fold_words() - the state, gaps, conflicts, attempts, invitations and facts that a leg's events amount to; fold.c */
void fold_words(const GPtrArray *events, char *ret_words, size_t size);

/** fold_data() - a member of an event's data; NULL when it is not there. The caller frees it. */
char *fold_data(const char *json, const char *member);

#endif
