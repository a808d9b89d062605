/*
 * The raw limit: the intake's own two trips, in batches, by a bare loop on libpq. No HTTP, no TLS, no JSON,
 * no judgement: what PostgreSQL and the statements cost, and nothing else.
 *   raw_batch CONNINFO LEGS FIRST BATCH SECONDS ACCOUNT OFFICE KIND
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "io/pg_value.h"
#include "store/book.h"
#include "store/gate.h"

#define STRIDE 611953

struct loader {
	PGconn *pg;
	GHashTable *prepared;
	int64_t legs, at, account;
	int32_t office;
	unsigned batch;
	enum event_kind kind;
};

static void fail(struct loader *loader, const char *what)
{
	fprintf(stderr, "raw_batch: %s: %s\n", what, PQerrorMessage(loader->pg));
	exit(1);
}

static void send_step(
	struct loader *loader, const struct pg_statement *statement, const struct pg_params *params)
{
	if (g_hash_table_add(loader->prepared, (gpointer)statement->name) &&
		!PQsendPrepare(loader->pg, statement->name, statement->sql, 0, NULL)) {
		fail(loader, statement->name);
	}
	if (!PQsendQueryPrepared(loader->pg, statement->name, params->count,
		    (const char *const *)params->values, params->lengths, params->formats,
		    statement->is_binary)) {
		fail(loader, statement->name);
	}
}

static void take_results(struct loader *loader, struct pg_trip *trip)
{
	unsigned step = 0;
	PGresult *result;

	for (;;) {
		result = PQgetResult(loader->pg);
		if (!result) {
			continue;
		}
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			break;
		}
		if (PQresultStatus(result) != PGRES_TUPLES_OK &&
			PQresultStatus(result) != PGRES_COMMAND_OK) {
			fail(loader, PQresultErrorMessage(result));
		}
		/* A PREPARE's answer has no columns and no tag. */
		if (PQresultStatus(result) == PGRES_COMMAND_OK && PQcmdStatus(result)[0] == '\0') {
			PQclear(result);
			continue;
		}
		trip->results[step++] = result;
	}
	g_assert(step == trip->count);
}

static void travel(struct loader *loader, struct pg_trip *trip)
{
	for (unsigned i = 0; i < trip->count; i++) {
		send_step(loader, trip->statements[i], &trip->params[i]);
	}
	PQpipelineSync(loader->pg);
	take_results(loader, trip);
}

static void make_scan(struct loader *loader, struct scan *scan)
{
	char text[16];
	int64_t serial = 10000000 + loader->at++ * STRIDE % loader->legs;

	memset(scan, 0, offsetof(struct scan, data));
	g_snprintf(text, sizeof text, "RR%08" PRIi64 "0VN", serial);
	while (item_code_parse(text, 13, &scan->code)) {
		text[10]++; /* until the check digit is right */
	}
	scan->event_id = uuid7_make(clock_now_ms());
	scan->kind = loader->kind;
	scan->occurred_at_ms = clock_now_ms();
	memcpy(scan->data, "{}", 3);
}

/* What judging would have written, without the judgement. */
static void write_down(struct loader *loader, struct book *book, const struct scan *scan)
{
	struct book_leg *leg = book_leg(book, &scan->code);
	struct book_event *event = book_add_event(book);
	/* As long as a real one. */
	static const char line[] =
		"{\"actor\":\"Bench\",\"dseq\":4,\"item_code\":\"RR102875146VN\",\"key\":\"01a21f07-e1e0-7978-b9c5-c14506117d1b\",\"kind\":\"out_for_delivery\",\"leg_kind\":\"submit\",\"occurred_at_ms\":1795816940000,\"office\":\"Bưu cục 1\",\"role\":\"clerk\",\"state\":\"out_for_delivery\",\"text\":\"Bưu điện đang đi giao hồ sơ cho cơ quan (RR102875146VN, bước 4)\"}";

	g_assert(leg);
	*event = (struct book_event){
		.id = scan->event_id,
		.dossier_id = leg->dossier->id,
		.leg_id = leg->id,
		.dseq = ++leg->dossier->dseq,
		.item_code = leg->code.text,
		.kind = event_wire(scan->kind),
		.occurred_at_ms = scan->occurred_at_ms,
		.recorded_at_ms = scan->occurred_at_ms,
		.account = loader->account,
		.actor = "Bench",
		.role = "clerk",
		.office = loader->office,
		.device = "",
		.verdict = "recorded",
		.why = "ok",
		.leg_state = event_wire(scan->kind),
		.data = "{}",
		.line = line,
		.line_state = "ready",
	};
	leg->track.events[leg->track.count++] = (struct leg_event){
		.id = scan->event_id, .occurred_at_ms = scan->occurred_at_ms, .kind = scan->kind};
	leg->leg.state = LEG_ARRIVED;
	leg->leg.state_at_ms = scan->occurred_at_ms;
	leg->leg.state_office = loader->office;
	book_raise(&leg->change, BOOK_MOVED);
	book_raise(&leg->dossier->change, BOOK_MOVED);
}

static void run_batch(struct loader *loader)
{
	g_autofree struct scan *scans = g_new(struct scan, loader->batch);
	struct book *book = book_new();
	struct pg_trip trip = {0};

	for (unsigned i = 0; i < loader->batch; i++) {
		make_scan(loader, &scans[i]);
		book_want(book, &scans[i], loader->office);
	}
	book_ask(book, &trip);
	travel(loader, &trip);
	book_learn(book, &trip);
	pg_trip_clear(&trip);
	for (unsigned i = 0; i < loader->batch; i++) {
		write_down(loader, book, &scans[i]);
	}
	book_write(book, &trip);
	pg_trip_add(&trip, &pg_commit);
	travel(loader, &trip);
	pg_trip_clear(&trip);
	book_free(book);
}

static int64_t number(const char *text)
{
	gint64 value;

	g_assert(g_ascii_string_to_signed(text, 10, 0, INT64_MAX, &value, NULL));
	return value;
}

int main(int argc, char **argv)
{
	struct loader loader = {.prepared = g_hash_table_new(g_str_hash, g_str_equal)};
	int64_t began_ms = clock_monotonic_ms();
	int64_t scans = 0;
	int64_t seconds;

	g_assert(argc == 9);
	loader.pg = PQconnectdb(argv[1]);
	loader.legs = number(argv[2]);
	loader.at = number(argv[3]);
	loader.batch = (unsigned)number(argv[4]);
	seconds = number(argv[5]);
	loader.account = number(argv[6]);
	loader.office = (int32_t)number(argv[7]);
	loader.kind = event_from_wire(argv[8]);
	PQclear(PQexec(loader.pg, gate_by_key_statement.sql)); /* the intake's settings */
	if (PQstatus(loader.pg) != CONNECTION_OK || !PQenterPipelineMode(loader.pg)) {
		fail(&loader, "connect");
	}
	while (clock_monotonic_ms() < began_ms + seconds * 1000) {
		run_batch(&loader);
		scans += loader.batch;
	}
	printf("{\"scans\":%" PRIi64 ",\"seconds\":%.3f}\n", scans,
		(double)(clock_monotonic_ms() - began_ms) / 1000);
	PQfinish(loader.pg);
	return 0;
}
