#ifndef HOSO_TESTS_SIM_SERVER_H
#define HOSO_TESTS_SIM_SERVER_H

#include "database.h"
#include "io/loop.h"

/*
 * The database server as its clients meet it: sessions that work off trips statement by statement, wait for
 * locks, time out, go on without a client that has gone, and die with the server. What can go wrong on
 * the way is armed by the schedule and strikes the next trip of its class.
 */

/* Classes of trips, by what they hold. */
enum trip_class { TRIP_ASK, TRIP_KEEP, TRIP_SHELVE, TRIP_POOL, TRIP_ROLLBACK, TRIP_CLASS_COUNT };

/* clang-format off */
#define MISHAPS(X) \
	X(MISHAP_NONE, "none") \
	X(MISHAP_LOST_ON_WAY, "lost-on-way")         /* the trip never arrives, the session is gone */ \
	X(MISHAP_CUT_BEFORE_COMMIT, "cut-before-commit") \
	X(MISHAP_CUT_AFTER_COMMIT, "cut-after-commit") /* it is done, and nobody hears of it */ \
	X(MISHAP_STALL, "stall")                     /* the server sleeps before the last statement, longer than the client waits */ \
	X(MISHAP_SLOW_ANSWER, "slow-answer")         /* it is done, and the answer comes too late */ \
	X(MISHAP_ERROR, "error")                     /* one statement fails with a SQLSTATE */ \
	X(MISHAP_WARNING, "warning")                 /* SQLSTATE 01000 at the COMMIT, which is then lost with its server */ \
	X(MISHAP_ROLLED_BACK, "rolled-back")         /* the COMMIT is answered with the tag ROLLBACK */
/* clang-format on */

enum mishap {
#define X(name, word) name,
	MISHAPS(X)
#undef X
		MISHAP_COUNT
};

struct server_session;
struct pg_conn;

/** struct flight - one trip at the server: a copy of its statements, and then their answers. */
struct flight {
	unsigned count;
	const struct pg_statement *statements[PG_TRIP_STEPS_MAX];
	char **values[PG_TRIP_STEPS_MAX];
	int value_counts[PG_TRIP_STEPS_MAX];
	PGresult *rows[PG_TRIP_STEPS_MAX];
	char sqlstate[6];
	bool committed;
	bool warned;
	bool open; /* a transaction is, at the end */
	/* the server's own */
	unsigned at;
	enum trip_class class;
	enum mishap mishap;
	unsigned mishap_at;
	char mishap_sqlstate[6];
	struct server_session *session;
	struct loop_task step;
};

void server_begin(const struct database *database);
void server_end(void);

/** server_connect() - NULL while it is down. @who: the daemon's number, for what is armed. */
struct server_session *server_connect(struct pg_conn *conn, unsigned who);
void server_hang_up(struct server_session *session);
void server_send(struct server_session *session, const struct pg_trip *trip);
void flight_free(struct flight *flight);

/* Told to the client's end; both run on the world's loop. */
void conn_flight_landed(struct pg_conn *conn, struct flight *flight);
void conn_session_died(struct pg_conn *conn);

bool server_is_read_only(void);

/* What the schedule does to it. */
void server_crash(int64_t down_ms);
void server_set_read_only(int64_t for_ms);
void server_arm(unsigned who, enum trip_class class, enum mishap mishap, const char *sqlstate);
void server_disarm(void);
void server_cut(unsigned who); /* all connections of this daemon */

const char *mishap_word(enum mishap mishap);

uint64_t server_commits(void);

#endif
