#ifndef HOSO_TESTS_SIM_OPERATOR_H
#define HOSO_TESTS_SIM_OPERATOR_H

#include <stdbool.h>

/* A supervisor at the outbox: store/outbox_list's retry and skip, over a daemon's pool. */
void operator_begin(void);
void operator_end(void);

/** operator_acts() - on a dead line if there is one, else on one that waits. */
void operator_acts(unsigned who, bool skips);

/** operator_retries_all() - every dead line. */
void operator_retries_all(unsigned who);

#endif
