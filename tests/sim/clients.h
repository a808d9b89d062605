#ifndef HOSO_TESTS_SIM_CLIENTS_H
#define HOSO_TESTS_SIM_CLIENTS_H

#include "schedule.h"

/*
 * The clients: each scan is kept, sent, and sent again until somebody has answered for it for good.
 */
void clients_begin(const struct schedule *schedule);
void clients_end(void);

/** clients_scan() - somebody scans what the entry says; entries of one group and moment become one request. */
void clients_scan(const struct entry *entry);

/** clients_deaf() - for some time no answer comes through. */
void clients_deaf(int64_t for_ms);

bool clients_are_answered(void);

/**
 * clients_check() - I1, I14: in the end all are answered, and what was acknowledged is still there. I16: nothing was
 * recorded before what its request had in front of it.
 */
void clients_check(const struct database *database);

#endif
