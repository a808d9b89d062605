#ifndef HOSO_TESTS_STAGE_H
#define HOSO_TESTS_STAGE_H

#include <stdint.h>

#include <libpq-fe.h>

#include "io/loop.h"

/*
 * Where a process is watched at work: a loop, and a superuser's session that looks on and interferes.
 * Whatever goes wrong in here fails the test.
 */
struct stage {
	struct loop *loop;
	PGconn *admin;
	struct loop_task deadline;
	struct loop_task poll;
	const char *until;
};

void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/** stage_daemon() - how the daemon's role connects. */
const char *stage_daemon(void);

/** stage_run() - the loop runs until stage_stop(); a test that waits for too long has failed. */
void stage_run(struct stage *stage);
void stage_stop(struct stage *stage);

/** stage_run_until() - the loop runs until @sql gives a number other than 0. */
void stage_run_until(struct stage *stage, const char *sql);

/** stage_exec() - the superuser does this; more than one statement is allowed. */
void stage_exec(struct stage *stage, const char *sql);

/** stage_number() - the one number that @sql gives. */
int64_t stage_number(struct stage *stage, const char *sql);

/**
 * stage_hold_commits() - from now on every COMMIT of others is on disk but not answered: it waits for a
 * standby that does not exist. stage_release_commits() lets them go.
 */
void stage_hold_commits(struct stage *stage);
void stage_release_commits(struct stage *stage);

#endif
