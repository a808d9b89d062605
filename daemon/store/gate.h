#ifndef HOSO_STORE_GATE_H
#define HOSO_STORE_GATE_H

#include <libpq-fe.h>

#include <hoso/error.h>

#include "io/pg_conn.h"

/** The schema version that this program speaks: the number of the last file in schema/. */
#define STORE_SCHEMA_VERSION 20

/** gate_statement - what every session is asked first; it also sets the session's time-outs and search path. */
extern const struct pg_statement gate_statement;

/** gate_by_key_statement - the same for a session whose statements all look up by key: they are planned once, by index. */
extern const struct pg_statement gate_by_key_statement;

/**
 * gate_judge() - may this session be written with?
 * @answer: NULL when the statement failed.
 *
 * HOSO_NOT_DURABLE: fsync, full_page_writes or synchronous_commit would let go of what was acknowledged.
 * HOSO_WRONG_SCHEMA: another version, or none. HOSO_WRONG_DATABASE_ROLE: a role that may change history,
 * or may not write at all. HOSO_DATABASE_DOWN: a standby or else read only, or not UTF-8.
 */
enum hoso_error gate_judge(const PGresult *answer, char *ret_why, size_t why_size);

#endif
