#ifndef HOSO_TESTS_SIM_SCHEDULE_H
#define HOSO_TESTS_SIM_SCHEDULE_H

#include <hoso/scan.h>

#include "model/actor.h"
#include "province.h"
#include "server.h"

/*
 * What happens in a run: entries in order of time, made from the seed. Each stands for itself, so that any of
 * them can be left out, and what is left still is a schedule.
 */
enum entry_kind {
	ENTRY_SCAN,
	ENTRY_MISHAP,
	ENTRY_CUT,
	ENTRY_DATABASE_CRASH,
	ENTRY_READ_ONLY,
	ENTRY_CRASH,
	ENTRY_PAUSE,
	ENTRY_CLOCK,
	ENTRY_DATABASE_CLOCK,
	ENTRY_PORTAL,
	ENTRY_RETRY,
	ENTRY_SKIP,
	ENTRY_DEAF, /* clients do not hear the answers */
};

/**
 * struct entry - one of them.
 * @who:      the daemon
 * @for_ms:   how long, or by how much
 * The rest is for scans: @number makes the event's id, so the same number is the same scan; @variant 1 is other
 * content under the same id; what has the same @group and moment comes in one request, 0: alone.
 */
struct entry {
	int64_t at_ms;
	enum entry_kind kind;
	unsigned who;
	int64_t for_ms;
	enum mishap mishap;
	enum trip_class class;
	char sqlstate[6];
	enum province_mode portal;
	unsigned number;
	unsigned item;
	unsigned target; /* number of the scan that a void means */
	unsigned code;   /* dossier code that it names: 0 its own, else that of dossier code - 1 */
	unsigned variant;
	unsigned group;
	bool poisoned;
	int64_t occurred_ms;
	enum event_kind event;
	enum role role;
};

#define DAEMONS_MAX 3
#define ENTRIES_MAX 256
#define SCHEDULE_MS 30000 /* faults happen within this time; then they stop */

struct schedule {
	uint64_t seed;
	unsigned salt; /* other luck for the same entries */
	unsigned daemons;
	bool optional_steps;
	unsigned count;
	struct entry entries[ENTRIES_MAX];
};

/** schedule_make() - from the seed; draws on CHANCE_SCHEDULE. */
void schedule_make(struct schedule *schedule, uint64_t seed);
void schedule_print(const struct schedule *schedule);

/** schedule_scan() - the scan that an entry means, and who makes it. */
void schedule_scan(const struct schedule *schedule, const struct entry *entry,
	struct scan *ret_scan, struct actor *ret_actor);

#endif
