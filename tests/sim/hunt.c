#include "hunt.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define BLOCK_SEEDS 500 /* per child */
#define TRIES_MAX 1500  /* of shrinking */
#define SHRINK_S 40     /* and how long it may take */
#define SALTS 6 /* what is left out changes the luck of the rest: some other luck may still fail */

/* What child and parent both see. */
static struct hunt_total *shared_total(void)
{
	static struct hunt_total *shared;

	if (!shared) {
		shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		g_assert(shared != MAP_FAILED);
	}
	return shared;
}

void hunt_make(struct schedule *schedule, uint64_t seed)
{
	world_begin(seed);
	schedule_make(schedule, seed);
	world_end();
}

/* The first line in which the two transcripts differ. */
static void compare(const GString *first, const GString *second, struct run_result *result)
{
	g_auto(GStrv) a = g_strsplit(first->str, "\n", -1);
	g_auto(GStrv) b = g_strsplit(second->str, "\n", -1);
	size_t line = 0;

	while (a[line] && b[line] && strcmp(a[line], b[line]) == 0) {
		line++;
	}
	if (a[line] || b[line]) {
		g_snprintf(result->violation, sizeof result->violation,
			"the two databases differ at line %zu:\n  %.200s\n  %.200s", line + 1,
			a[line] ? a[line] : "(end)", b[line] ? b[line] : "(end)");
	}
}

static void play(
	const struct hunt *hunt, const struct schedule *schedule, struct run_result *result)
{
	struct run_result other;
	GString *told = NULL;
	GString *other_told = NULL;

	run_schedule(schedule, hunt->database, result, hunt->also ? &told : NULL);
	if (hunt->also && !result->violation[0]) {
		run_schedule(schedule, hunt->also, &other, &other_told);
		if (other.violation[0]) {
			*result = other;
		} else if (!result->blurred) {
			compare(told, other_told, result);
		}
		g_string_free(other_told, TRUE);
	}
	if (told) {
		g_string_free(told, TRUE);
	}
}

static void open_databases(const struct hunt *hunt)
{
	if ((hunt->database == &real_database || hunt->also == &real_database) &&
		!real_open(hunt->daemon_conninfo, hunt->admin_conninfo)) {
		_exit(2);
	}
}

/* Runs @work in a child; its death by a signal is the violation of whatever it was at. */
static bool in_child(void (*work)(const struct hunt *hunt, const void *what),
	const struct hunt *hunt, const void *what)
{
	struct hunt_total *shared = shared_total();
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	g_assert(child >= 0);
	if (child == 0) {
		open_databases(hunt);
		work(hunt, what);
		real_close();
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	if (WIFSIGNALED(status)) {
		g_snprintf(shared->sum.violation, sizeof shared->sum.violation,
			"the program died by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
		shared->failed = true;
	} else if (WEXITSTATUS(status) != 0) {
		fprintf(stderr, "sim: the run did not come to an end (status %d)\n",
			WEXITSTATUS(status));
		exit(1);
	}
	return !shared->failed;
}

static void add_result(struct run_result *sum, const struct run_result *result)
{
	sum->steps += result->steps;
	sum->commits += result->commits;
	sum->scans += result->scans;
	sum->redelivered += result->redelivered;
	sum->virtual_ms += result->virtual_ms;
	sum->lost += result->lost;
	sum->doubled += result->doubled;
	sum->misordered += result->misordered;
	sum->asked |= result->asked;
	sum->blurred += result->blurred;
	g_strlcpy(sum->violation, result->violation, sizeof sum->violation);
}

static void work_block(const struct hunt *hunt, const void *what)
{
	const int64_t *until_us = what;
	struct hunt_total *shared = shared_total();

	for (unsigned i = 0; i < BLOCK_SEEDS && shared->seeds < hunt->seeds; i++) {
		struct schedule schedule;
		struct run_result result;

		if (*until_us && g_get_monotonic_time() >= *until_us) {
			return;
		}
		shared->seed = hunt->from + shared->seeds;
		hunt_make(&schedule, shared->seed);
		play(hunt, &schedule, &result);
		add_result(&shared->sum, &result);
		if (result.violation[0]) {
			shared->failed = true;
			return;
		}
		shared->seeds++;
	}
}

void hunt_run(const struct hunt *hunt, struct hunt_total *ret_total)
{
	struct hunt_total *shared = shared_total();
	int64_t began_us = g_get_monotonic_time();
	int64_t until_us = hunt->seconds ? began_us + hunt->seconds * G_USEC_PER_SEC : 0;

	memset(shared, 0, sizeof *shared);
	while (shared->seeds < hunt->seeds && (!until_us || g_get_monotonic_time() < until_us) &&
		in_child(work_block, hunt, &until_us)) {
	}
	*ret_total = *shared;
	ret_total->elapsed_s = (double)(g_get_monotonic_time() - began_us) / G_USEC_PER_SEC;
}

static void work_one(const struct hunt *hunt, const void *what)
{
	struct hunt_total *shared = shared_total();

	play(hunt, what, &shared->sum);
	shared->failed = shared->sum.violation[0] != '\0';
}

void hunt_one(
	const struct hunt *hunt, const struct schedule *schedule, struct run_result *ret_result)
{
	struct hunt_total *shared = shared_total();

	memset(shared, 0, sizeof *shared);
	in_child(work_one, hunt, schedule);
	*ret_result = shared->sum;
}

static void leave_out(struct schedule *schedule, unsigned from, unsigned count)
{
	memmove(&schedule->entries[from], &schedule->entries[from + count],
		(schedule->count - from - count) * sizeof *schedule->entries);
	schedule->count -= count;
}

struct patience {
	unsigned tries;
	int64_t until_us;
};

static bool has_patience(const struct patience *patience)
{
	return patience->tries < TRIES_MAX && g_get_monotonic_time() < patience->until_us;
}

static bool still_fails(
	const struct hunt *hunt, struct schedule *schedule, struct patience *patience)
{
	unsigned salt = schedule->salt;

	for (unsigned i = 0; i < SALTS && has_patience(patience); i++) {
		struct run_result result;

		schedule->salt = salt + i;
		hunt_one(hunt, schedule, &result);
		patience->tries++;
		if (result.violation[0]) {
			return true;
		}
	}
	return false;
}

void hunt_shrink(const struct hunt *hunt, struct schedule *schedule)
{
	struct patience patience = {.until_us = g_get_monotonic_time() + SHRINK_S * G_USEC_PER_SEC};

	for (unsigned size = MAX(schedule->count / 2, 1); size > 0; size /= 2) {
		for (unsigned from = 0;
			from + size <= schedule->count && has_patience(&patience);) {
			struct schedule smaller = *schedule;

			leave_out(&smaller, from, size);
			if (still_fails(hunt, &smaller, &patience)) {
				*schedule = smaller;
			} else {
				from += size;
			}
		}
	}
}
