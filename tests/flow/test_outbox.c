#include "../unit/unit.h"

#include <glib.h>

#include "stage.h"
#include "store/gate.h"
#include "store/outbox.h"

/* Who may take a line and when, and who may say what became of it: store/outbox.c alone. */

#define CLAIM_MAX 10

/* Two dossiers of three lines each. A line's number is its dossier's, times ten, and its place. */
#define DOSSIER_ID "('01930000-0000-7000-8000-00000000000' || d)::uuid"
#define LINES                                                                                      \
	"DELETE FROM outbox; DELETE FROM dossier;"                                                 \
	" INSERT INTO dossier (id, stub, dseq, hash, legs, recorded_at)"                           \
	"  SELECT " DOSSIER_ID ", true, 3, sha256(''), 1, now() FROM generate_series(1, 2) d;"     \
	" INSERT INTO outbox (dossier_id, id, event_id, item_code, dseq, kind, line, state,"       \
	"   next_at, created_at) OVERRIDING SYSTEM VALUE"                                          \
	"  SELECT " DOSSIER_ID ", 10 * d + s, uuid7_floor(at(10 * d + s)), 'ITEM-000001', s,"      \
	"   'note', '{}', 'ready', now() - interval '1 minute', now()"                             \
	"  FROM generate_series(1, 2) d, generate_series(1, 3) s"

struct claimed {
	unsigned count;
	struct outbox_row rows[CLAIM_MAX];
};

static const struct outbox_settlement done = {.state = "done", .answer = ""};
static const struct outbox_settlement dead = {.state = "dead", .answer = ""};

static struct stage stage;
static struct pg_conn *conn;
static struct pg_trip trip;
static bool waits_for_idle;

static void changed(void *arg)
{
	(void)arg;
	if (waits_for_idle && pg_conn_is_idle(conn)) {
		stage_stop(&stage);
	}
}

static int set_up(void **state)
{
	const struct pg_conn_config config = {.conninfo = stage_daemon(),
		.gate = &gate_statement,
		.judge = gate_judge,
		.changed = changed,
		.trip_deadline_ms = 10000};

	(void)state;
	stage_open(&stage);
	stage_exec(&stage, LINES);
	conn = pg_conn_new(stage.loop, &config);
	waits_for_idle = true;
	stage_run(&stage);
	waits_for_idle = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pg_conn_free(conn);
	pg_trip_clear(&trip);
	stage_close(&stage);
	return 0;
}

static void came_back(struct pg_trip *back, enum hoso_error error)
{
	assert_int_equal(error, HOSO_OK);
	assert_true(back->committed);
	stage_stop(&stage);
}

static void travel(void)
{
	pg_conn_run(conn, &trip, came_back);
	stage_run(&stage);
}

static struct claimed claim(const char *owner)
{
	struct claimed claimed = {0};
	const PGresult *rows;

	pg_trip_clear(&trip);
	outbox_claim(&trip, CLAIM_MAX, owner);
	travel();
	rows = trip.results[OUTBOX_CLAIMED];
	claimed.count = (unsigned)pg_rows(rows);
	assert_in_range(claimed.count, 0, CLAIM_MAX);
	for (unsigned i = 0; i < claimed.count; i++) {
		claimed.rows[i] = outbox_learn(rows, (int)i);
	}
	return claimed;
}

static const struct outbox_row *find(const struct claimed *claimed, int64_t id)
{
	for (unsigned i = 0; i < claimed->count; i++) {
		if (claimed->rows[i].id == id) {
			return &claimed->rows[i];
		}
	}
	return NULL;
}

static void settle(int64_t id, int64_t attempt, const struct outbox_settlement *settlement)
{
	const struct outbox_settled row = {.id = id, .attempt = attempt, .settlement = *settlement};

	pg_trip_clear(&trip);
	outbox_settle(&trip, &row, 1);
	travel();
}

static void renew(int64_t id, const char *owner)
{
	pg_trip_clear(&trip);
	outbox_renew(&trip, &id, 1, owner);
	travel();
}

static void end_leases(void)
{
	stage_exec(&stage, "UPDATE outbox SET lease_until = now() - interval '1 second'"
			   " WHERE lease_until IS NOT NULL");
}

static int64_t count_of(const char *state, int64_t id)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM outbox WHERE state = '%s'"
					       " AND id = %d",
		state, (int)id);

	return stage_number(&stage, sql);
}

static void of_each_dossier_one_line_is_taken_and_the_next_when_it_is_done(void **state)
{
	struct claimed first = claim("a");
	struct claimed next;

	(void)state;
	assert_int_equal(first.count, 2);
	assert_non_null(find(&first, 11));
	assert_non_null(find(&first, 21));
	assert_int_equal(
		claim("b").count, 0); /* they are in the air, and what is behind them waits */
	settle(11, 1, &done);
	next = claim("b");
	assert_int_equal(next.count, 1);
	assert_non_null(find(&next, 12));
}

static void a_lease_that_is_over_is_anybodys_and_leaves_a_doubt(void **state)
{
	struct claimed first = claim("a");
	struct claimed second;

	(void)state;
	assert_false(find(&first, 11)->in_doubt);
	end_leases();
	second = claim("b");
	assert_int_equal(second.count, 2);
	assert_int_equal(find(&second, 11)->attempt, 2);
	assert_true(find(&second, 11)->in_doubt);
}

static void who_was_overtaken_settles_nothing(void **state)
{
	struct claimed late = claim("a");

	(void)state;
	end_leases();
	claim("b");
	settle(11, find(&late, 11)->attempt, &dead);
	assert_int_equal(count_of("ready", 11), 1);
	settle(11, 2, &done);
	assert_int_equal(count_of("done", 11), 1);
	settle(11, 2, &dead); /* and what is settled stays so */
	assert_int_equal(count_of("done", 11), 1);
}

static void a_lease_is_renewed_by_its_owner_only(void **state)
{
	(void)state;
	claim("a");
	end_leases();
	renew(11, "b");
	assert_int_equal(
		stage_number(&stage, "SELECT count(*) FROM outbox WHERE lease_until > now()"), 0);
	renew(11, "a");
	assert_int_equal(
		stage_number(&stage, "SELECT id FROM outbox WHERE lease_until > now()"), 11);
}

static void a_dead_letter_stops_its_dossier_and_no_other(void **state)
{
	struct claimed next;

	(void)state;
	claim("a");
	settle(11, 1, &dead);
	settle(21, 1, &done);
	next = claim("a");
	assert_int_equal(next.count, 1);
	assert_non_null(find(&next, 22));
}

static void what_waits_for_its_code_is_waited_for(void **state)
{
	struct claimed next;

	(void)state;
	stage_exec(&stage, "UPDATE outbox SET state = 'waiting_code' WHERE id = 11");
	next = claim("a");
	assert_int_equal(next.count, 1);
	assert_non_null(find(&next, 21));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(of_each_dossier_one_line_is_taken_and_the_next_when_it_is_done),
		CASE(a_lease_that_is_over_is_anybodys_and_leaves_a_doubt),
		CASE(who_was_overtaken_settles_nothing),
		CASE(a_lease_is_renewed_by_its_owner_only),
		CASE(a_dead_letter_stops_its_dossier_and_no_other),
		CASE(what_waits_for_its_code_is_waited_for),
	};

	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
