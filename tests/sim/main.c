#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "faults.h"
#include "hunt.h"
#include "model.h"
#include "world.h"

/*
 * sim [--seed N [--verbose]] [--seeds N] [--from M] [--seconds S] [--against model|real|both]
 *     [--plant FAULT] [--teeth SEEDS]
 *
 * Without --seed: many seeds. --against real and both find PostgreSQL by HOSO_TEST_DAEMON and
 * HOSO_TEST_ADMIN, as sim_real leaves them. --teeth plants each fault, which must be found within so many
 * seeds; against both it is the one that only their difference shows. HOSO_SEED is where the seeds begin, else the clock says; HOSO_LONG=n makes the seconds n times as many.
 */
struct options {
	struct hunt hunt;
	bool one;
	bool verbose;
	uint64_t teeth;
};

static void die(const char *why, const char *what)
{
	fprintf(stderr, "sim: %s %s\n", why, what);
	exit(64);
}

static void choose_database(struct hunt *hunt, const char *word)
{
	hunt->database = strcmp(word, "real") == 0 ? &real_database : &model_database;
	hunt->also = strcmp(word, "both") == 0 ? &real_database : NULL;
	if (strcmp(word, "real") != 0 && strcmp(word, "both") != 0 && strcmp(word, "model") != 0) {
		die("no such database:", word);
	}
}

static void plant(const char *word)
{
	if (fault_from_word(word) == FAULT_COUNT) {
		die("no such fault:", word);
	}
	fault_plant(fault_from_word(word));
}

static void take_option(struct options *options, const char *name, const char *value)
{
	uint64_t number = strtoull(value, NULL, 10);

	if (strcmp(name, "--seed") == 0) {
		options->one = true;
		options->hunt.from = number;
	} else if (strcmp(name, "--from") == 0) {
		options->hunt.from = number;
	} else if (strcmp(name, "--seeds") == 0) {
		options->hunt.seeds = number;
	} else if (strcmp(name, "--seconds") == 0) {
		options->hunt.seconds = (int64_t)number;
	} else if (strcmp(name, "--against") == 0) {
		choose_database(&options->hunt, value);
	} else if (strcmp(name, "--plant") == 0) {
		plant(value);
	} else if (strcmp(name, "--teeth") == 0) {
		options->teeth = number;
	} else {
		die("no such option:", name);
	}
}

static void read_options(struct options *options, int count, char **words)
{
	const char *times = getenv("HOSO_LONG");

	if (getenv("HOSO_SEED")) {
		options->hunt.from = strtoull(getenv("HOSO_SEED"), NULL, 10);
	}
	for (int i = 1; i < count; i++) {
		if (strcmp(words[i], "--verbose") == 0) {
			options->verbose = true;
		} else if (i + 1 < count) {
			take_option(options, words[i], words[i + 1]);
			i++;
		} else {
			die("a value is needed after", words[i]);
		}
	}
	options->hunt.seconds *= times ? strtoll(times, NULL, 10) : 1;
	options->hunt.daemon_conninfo = getenv("HOSO_TEST_DAEMON");
	options->hunt.admin_conninfo = getenv("HOSO_TEST_ADMIN");
	if (options->hunt.database != &model_database || options->hunt.also) {
		if (!options->hunt.daemon_conninfo || !options->hunt.admin_conninfo) {
			die("HOSO_TEST_DAEMON and HOSO_TEST_ADMIN are needed:",
				"run it by sim_real");
		}
	}
}

static const char *against(const struct hunt *hunt)
{
	if (hunt->also) {
		return "both";
	}
	return hunt->database == &model_database ? "model" : "real";
}

/* A failing seed, as small as it gets. */
static void show_failure(const struct hunt *hunt, uint64_t seed, const char *violation)
{
	struct schedule schedule;
	struct run_result result;

	printf("FAILED seed %" PRIu64 ": %s\n", seed, violation);
	hunt_make(&schedule, seed);
	hunt_shrink(hunt, &schedule);
	hunt_one(hunt, &schedule, &result);
	printf("shrunk to: %s\n", result.violation);
	schedule_print(&schedule);
	printf("again: sim --against %s --seed %" PRIu64 " --verbose\n", against(hunt), seed);
}

static int run_one(const struct options *options)
{
	struct schedule schedule;
	struct run_result result;

	hunt_make(&schedule, options->hunt.from);
	if (options->verbose) {
		schedule_print(&schedule);
		world_set_verbose(true);
	}
	hunt_one(&options->hunt, &schedule, &result);
	printf("seed %" PRIu64 ": %s\n", options->hunt.from,
		result.violation[0] ? result.violation : "all holds");
	if (result.violation[0] && !options->verbose) {
		show_failure(&options->hunt, options->hunt.from, result.violation);
	}
	return result.violation[0] != '\0';
}

/* The row that tests/lib/table.py would write, and where it would. */
static void print_row(const struct hunt *hunt, const struct hunt_total *total)
{
	const struct run_result *sum = &total->sum;

	g_autofree char *row = g_strdup_printf(
		"{\"what\": \"simulated schedules against %s\","
		" \"how_many\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"doubled\": %" PRIu64
		", \"misordered\": %" PRIu64 ", \"seed\": %" PRIu64 ", \"scans\": %" PRIu64
		", \"redelivered\": %" PRIu64 ", \"at\": %" PRIi64 "}",
		against(hunt), total->seeds, sum->lost, sum->doubled, sum->misordered, hunt->from,
		sum->scans, sum->redelivered, g_get_real_time() / G_USEC_PER_SEC);
	const char *path = getenv("HOSO_TABLE");
	FILE *table = path ? fopen(path, "a") : NULL;

	printf("ROW %s\n", row);
	if (table) {
		fprintf(table, "%s\n", row);
		fclose(table);
	} else if (path) {
		perror(path);
	}
}

static double processor_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

static int run_many(const struct options *options)
{
	struct hunt_total total;
	const struct run_result *sum = &total.sum;

	printf("from seed %" PRIu64 " against %s\n", options->hunt.from, against(&options->hunt));
	hunt_run(&options->hunt, &total);
	printf("%" PRIu64 " seeds, next is %" PRIu64 "; %" PRIu64 " steps, %" PRIu64
	       " commits, %" PRIu64 " scans, %" PRIu64 " redelivered, %" PRIu64
	       " virtual seconds\n",
		total.seeds, options->hunt.from + total.seeds, sum->steps, sum->commits, sum->scans,
		sum->redelivered, sum->virtual_ms / 1000);
	printf("in %.1f s, %.1f s of a processor: %.0f seeds and %.0f steps each second of it\n",
		total.elapsed_s, processor_s(), (double)total.seeds / processor_s(),
		(double)sum->steps / processor_s());
	if (options->hunt.also) {
		printf("%" PRIu64 " of them came to the same in both, word for word\n",
			total.seeds - sum->blurred);
	}
	print_row(&options->hunt, &total);
	if (total.failed) {
		show_failure(&options->hunt, total.seed, sum->violation);
	}
	if (total.seeds == 0 && !total.failed) {
		puts("FAILED no seed was run");
	}
	return total.failed || total.seeds == 0;
}

/* A statement that no run asks is one that nothing is known of. */
static int show_unasked(uint64_t asked)
{
	int missed = 0;

	for (unsigned bit = 0; model_statement(bit); bit++) {
		if (!(asked >> bit & 1)) {
			printf("MISSED no seed asks %s\n", model_statement(bit));
			missed++;
		}
	}
	return missed;
}

/* One lie of the doors must be found, and the plain doors must not be found guilty. */
static int bite(const struct hunt *hunt, enum fault fault)
{
	struct hunt_total total;
	bool right;

	fault_plant(fault);
	hunt_run(hunt, &total);
	right = total.failed == (fault != FAULT_NONE);
	printf("%s %-16s %s", right ? "ok" : "MISSED", fault_word(fault), fault_what(fault));
	if (total.failed) {
		printf(": seed %" PRIu64 ", after %" PRIu64 " others: %s", total.seed, total.seeds,
			total.sum.violation);
	}
	putchar('\n');
	return !right + (fault == FAULT_NONE ? show_unasked(total.sum.asked) : 0);
}

static int show_teeth(const struct options *options)
{
	struct hunt hunt = options->hunt;
	int missed = 0;

	hunt.seeds = options->teeth;
	hunt.seconds = 0;
	hunt.from = 1; /* always the same: how soon each is found is known */
	if (hunt.also) {
		return bite(&hunt, FAULT_DRIFT) != 0;
	}
	for (int fault = FAULT_NONE; fault < FAULT_DRIFT; fault++) {
		missed += bite(&hunt, (enum fault)fault);
	}
	return missed != 0;
}

int main(int count, char **words)
{
	struct options options = {
		.hunt = {.database = &model_database,
			.from = (uint64_t)(g_get_real_time() / G_USEC_PER_SEC) * 10000,
			.seeds = UINT64_MAX,
			.seconds = 0}};

	read_options(&options, count, words);
	if (options.teeth) {
		return show_teeth(&options);
	}
	return options.one ? run_one(&options) : run_many(&options);
}
