#include "run.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "cells.h"
#include "checks.h"
#include "checks_state.h"
#include "clients.h"
#include "daemons.h"
#include "model.h"
#include "operator.h"
#include "world.h"

#define DRAIN_MS (15 * 60 * 1000) /* after the faults have stopped, all is done within this time */
#define LOOK_MS 500
#define STEPS_MAX 3000000

struct happening {
	const struct entry *entry;
	struct loop_task task;
};

static struct happening happenings[ENTRIES_MAX];
static struct loop_task resumptions[DAEMONS_MAX];
static struct loop_task restarts[DAEMONS_MAX];

static void daemon_goes_on(struct loop_task *task)
{
	daemon_pause((unsigned)(task - resumptions), false);
}

static void daemon_comes_back(struct loop_task *task)
{
	daemon_start((unsigned)(task - restarts));
}

static void crash(const struct entry *entry)
{
	loop_cancel(&resumptions[entry->who]);
	daemon_crash(entry->who);
	loop_after(world_loop(), &restarts[entry->who], entry->for_ms, daemon_comes_back);
}

static void pause_daemon(const struct entry *entry)
{
	daemon_pause(entry->who, true);
	loop_after(world_loop(), &resumptions[entry->who], entry->for_ms, daemon_goes_on);
}

static void happen(struct loop_task *task)
{
	const struct entry *entry = container_of(task, struct happening, task)->entry;

	switch (entry->kind) {
	case ENTRY_SCAN:
		clients_scan(entry);
		break;
	case ENTRY_MISHAP:
		server_arm(entry->who, entry->class, entry->mishap, entry->sqlstate);
		break;
	case ENTRY_CUT:
		server_cut(entry->who);
		break;
	case ENTRY_DATABASE_CRASH:
		server_crash(entry->for_ms);
		break;
	case ENTRY_READ_ONLY:
		server_set_read_only(entry->for_ms);
		break;
	case ENTRY_CRASH:
		crash(entry);
		break;
	case ENTRY_PAUSE:
		pause_daemon(entry);
		break;
	case ENTRY_CLOCK:
		daemon_turn_clock(entry->who, entry->for_ms);
		break;
	case ENTRY_DATABASE_CLOCK:
		world_turn_database_clock(entry->for_ms);
		break;
	case ENTRY_PORTAL:
		province_set(entry->portal, entry->for_ms, entry->item);
		break;
	case ENTRY_RETRY:
		operator_acts(entry->who, false);
		break;
	case ENTRY_SKIP:
		operator_acts(entry->who, true);
		break;
	case ENTRY_DEAF:
		clients_deaf(entry->for_ms);
		break;
	}
}

/* The portal and the clocks are nothing that a scan should suffer from. */
static bool is_calm(const struct schedule *schedule)
{
	for (unsigned i = 0; i < schedule->count; i++) {
		enum entry_kind kind = schedule->entries[i].kind;
		if (kind >= ENTRY_MISHAP && kind <= ENTRY_PAUSE) {
			return false;
		}
	}
	return true;
}

static void plan(const struct schedule *schedule)
{
	memset(happenings, 0, sizeof happenings);
	memset(resumptions, 0, sizeof resumptions);
	memset(restarts, 0, sizeof restarts);
	for (unsigned i = 0; i < schedule->count; i++) {
		happenings[i].entry = &schedule->entries[i];
		loop_after(world_loop(), &happenings[i].task, schedule->entries[i].at_ms, happen);
	}
}

static void step_until(int64_t until_ms)
{
	while (!world_violated() && world_step(until_ms)) {
		if (world_steps() > STEPS_MAX) {
			world_violation("I8: no end after %d steps", STEPS_MAX);
		}
	}
}

static void mend(const struct schedule *schedule)
{
	server_disarm();
	province_mend();
	for (unsigned who = 0; who < schedule->daemons; who++) {
		loop_cancel(&resumptions[who]);
		loop_cancel(&restarts[who]);
		daemon_pause(who, false);
		daemon_start(who);
	}
}

static bool is_quiet(void)
{
	return clients_are_answered() && daemons_are_idle() && checks_drained();
}

/* The faults have stopped: an operator puts dead letters back, and everything comes to an end by itself. */
static void drain(const struct schedule *schedule)
{
	int64_t until_ms = SCHEDULE_MS + DRAIN_MS;
	unsigned look = 0;

	mend(schedule);
	while (!world_violated() && !is_quiet()) {
		if (world_now_ms() >= until_ms) {
			world_violation("I8: not drained: clients %s, daemons %s, outbox %s",
				clients_are_answered() ? "answered" : "waiting",
				daemons_are_idle() ? "idle" : "busy",
				checks_drained() ? "empty" : "full");
			return;
		}
		if (++look % 10 == 0) {
			operator_retries_all(look / 10 % schedule->daemons);
		}
		step_until(world_now_ms() + LOOK_MS);
	}
}

static void judge(const struct database *database)
{
	if (!world_violated()) {
		clients_check(database);
		checks_all();
		checks_tell_state();
	}
}

static void fill_result(const struct schedule *schedule, struct run_result *ret_result)
{
	const char *violation = world_violated();

	*ret_result = (struct run_result){.steps = world_steps(),
		.commits = server_commits(),
		.redelivered = province_redelivered(),
		.virtual_ms = (uint64_t)world_now_ms(),
		.asked = model_asked(),
		.blurred = world_is_blurred()};
	for (unsigned i = 0; i < schedule->count; i++) {
		ret_result->scans += schedule->entries[i].kind == ENTRY_SCAN;
	}
	if (violation) {
		g_strlcpy(ret_result->violation, violation, sizeof ret_result->violation);
		ret_result->lost =
			g_str_has_prefix(violation, "I1:") || g_str_has_prefix(violation, "I14:");
		ret_result->doubled = g_str_has_prefix(violation, "I2:");
		ret_result->misordered =
			g_str_has_prefix(violation, "I6:") || g_str_has_prefix(violation, "I16:");
	}
}

void run_schedule(const struct schedule *schedule, const struct database *database,
	struct run_result *ret_result, GString **ret_told)
{
	world_begin(schedule->seed + ((uint64_t)schedule->salt << 48));
	world_set_telling(ret_told != NULL);
	cells_begin();
	database->begin();
	server_begin(database);
	checks_begin(database);
	checks_optional_steps = schedule->optional_steps;
	checks_calm = is_calm(schedule);
	province_begin();
	clients_begin(schedule);
	operator_begin();
	daemons_begin(schedule->daemons, schedule->optional_steps);
	plan(schedule);
	step_until(SCHEDULE_MS);
	drain(schedule);
	judge(database);
	fill_result(schedule, ret_result);
	if (ret_told) {
		*ret_told = g_string_new(world_told()->str);
	}
	daemons_end();
	operator_end();
	clients_end();
	province_end();
	server_end();
	checks_end();
	database->end();
	cells_end();
	world_end();
}
