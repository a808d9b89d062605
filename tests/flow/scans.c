#include "../unit/unit.h"

#include "scans.h"

#include <string.h>

#include <glib.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "model/track.h"
#include "store/gate.h"

#define BIT(name) FIELD_BIT(FIELD_##name)
#define FIRST_LEG (BIT(SENDER) | BIT(RECEIVER) | BIT(AGENCY) | BIT(PROCEDURE) | BIT(SERVICE))

/* What must hold of every table after every test: each dossier's sequence is 1, 2, 3 … */
#define BROKEN_SEQUENCES                                                                           \
	"SELECT count(*) FROM (SELECT 1 FROM event GROUP BY dossier_id"                            \
	" HAVING count(*) <> max(dseq) OR count(DISTINCT dseq) <> count(*)) AS broken"

/* Each leg's track has what was recorded of it: the events but the refused ones, which move nothing. */
#define BROKEN_TRACKS                                                                              \
	"SELECT count(*) FROM leg LEFT JOIN (SELECT leg_id, count(*) FROM event"                   \
	" WHERE verdict <> 'refused' GROUP BY leg_id) AS kept ON leg_id = id"                      \
	" WHERE length(track) <> " G_STRINGIFY(TRACK_EVENT_BYTES) " * coalesce(count, 0)"

/* Each acceptance has its line for the portal. */
#define LINES_MISSING                                                                              \
	"SELECT count(*) FROM event WHERE kind = 'accepted' AND verdict = 'recorded'"              \
	" AND id NOT IN (SELECT event_id FROM outbox)"

struct stage stage;
struct intake *intake;
struct intake_req reqs[SCANS_MAX + 1];
struct intake_req *answered[SCANS_MAX + 1];
unsigned answer_count;
unsigned expected_count;
unsigned item_count; /* so that every test has items of its own */

static struct intake_group request; /* that all scans of a test came with */

struct intake *new_intake(const char *conninfo)
{
	const struct intake_config config = {.conn = {.conninfo = conninfo,
						     .gate = &gate_statement,
						     .judge = gate_judge,
						     .trip_deadline_ms = 10000},
		.optional_steps = true};

	return intake_new(stage.loop, &config);
}

int make_town(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_exec(&stage,
		"INSERT INTO office (code, name, valid_from) VALUES ('VT-01', 'Bưu cục 1', '2020-01-01');"
		"INSERT INTO agency (code, name, valid_from) VALUES ('H06', 'Một cửa', '2020-01-01');"
		"INSERT INTO procedure (code, name, valid_from) VALUES ('1.001', 'Thủ tục', '2020-01-01')");
	stage_close(&stage);
	return 0;
}

int set_up(void **state)
{
	(void)state;
	stage_open(&stage);
	intake = new_intake(stage_daemon());
	request = (struct intake_group){0};
	answer_count = 0;
	return 0;
}

void new_request(void)
{
	assert_int_equal(request.in_the_air, 0);
	assert_int_equal(request.postponed, 0);
	request = (struct intake_group){0};
	answer_count = 0;
}

int tear_down(void **state)
{
	(void)state;
	wait_for_rest(intake);
	intake_free(intake);
	assert_int_equal(stage_number(&stage, BROKEN_SEQUENCES), 0);
	assert_int_equal(stage_number(&stage, BROKEN_TRACKS), 0);
	assert_int_equal(stage_number(&stage, LINES_MISSING), 0);
	stage_close(&stage);
	return 0;
}

void scan_answered(struct intake_req *req)
{
	assert_true(answer_count < SCANS_MAX + 1);
	answered[answer_count++] = req;
	if (answer_count == expected_count) {
		stage_stop(&stage);
	}
}

/* A note by a clerk; the n-th request's time is n milliseconds later than the first one's. */
struct intake_req *prepare(unsigned n, const char *code)
{
	struct intake_req *req = &reqs[n];

	memset(req, 0, sizeof *req);
	req->group = &request;
	req->scan = (struct scan){.event_id = uuid7_make(clock_now_ms()),
		.occurred_at_ms = clock_now_ms() - 100000 + n,
		.kind = EVENT_NOTE,
		.present = BIT(NOTE),
		.data = "{\"note\":\"x\"}",
		.data_bytes = strlen("{\"note\":\"x\"}")};
	assert_int_equal(item_code_parse(code, strlen(code), &req->scan.code), HOSO_OK);
	req->actor = (struct actor){
		.account = 1, .office = 1, .role = ROLE_SUPERVISOR, .name = "Lê Bình"};
	return req;
}

struct intake_req *prepare_acceptance(unsigned n, const char *code)
{
	struct intake_req *req = prepare(n, code);

	req->scan.kind = EVENT_ACCEPTED;
	req->scan.present = FIRST_LEG;
	req->scan.service = 1;
	g_strlcpy(req->scan.agency, "H06", sizeof req->scan.agency);
	g_strlcpy(req->scan.procedure, "1.001", sizeof req->scan.procedure);
	g_strlcpy(req->scan.sender.name, "Nguyễn An", sizeof req->scan.sender.name);
	g_strlcpy(req->scan.receiver.name, "Một cửa", sizeof req->scan.receiver.name);
	return req;
}

const char *new_item(void)
{
	static char code[32];

	g_snprintf(code, sizeof code, "ITEM-%06u", ++item_count);
	return code;
}

void submit(struct intake *to, struct intake_req *req)
{
	unsigned before = answer_count;

	assert_int_equal(intake_submit(to, req, scan_answered), HOSO_OK);
	assert_int_equal(answer_count, before); /* never inside the call */
}

void wait_for_rest(struct intake *of)
{
	while (!intake_is_empty(of)) {
		stage_run_until(&stage, "SELECT 1");
	}
}

void wait_for(unsigned count)
{
	expected_count = count;
	if (answer_count < count) {
		stage_run(&stage);
	}
	assert_int_equal(answer_count, count);
}
