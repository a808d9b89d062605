#include "clients.h"

#include <string.h>

#include "base/attr.h"
#include "base/uuid7.h"
#include "checks.h"
#include "daemons.h"
#include "world.h"

#define NETWORK_MS 4
#define PATIENCE_MS 30000
#define AGAIN_MS 1500

/* One scan that a client keeps until it is answered for good. */
struct errand {
	struct scan scan;
	struct actor actor;
	enum intake_lane lane;
	char id[UUID_TEXT_SIZE];
	unsigned who;
	unsigned tries;
	bool answered;
	struct scan_answer answer;
	struct visit *visit; /* the try that is waited for */
	struct loop_task wait;
};

/* One try: on its way to a daemon, in its intake, and on the way back. */
struct visit {
	struct intake_req req;
	struct errand *errand;
	unsigned who;
	int64_t since_ms;
	bool alone; /* no other try for the same id was with any daemon */
	struct loop_task way;
};

static struct {
	const struct schedule *schedule;
	GPtrArray *errands;
	GPtrArray *visits;
	int64_t deaf_until_ms;
} clients;

static void send_errand(struct loop_task *task);

static void free_visit(gpointer data)
{
	struct visit *visit = data;

	loop_cancel(&visit->way);
	g_free(visit);
}

static void free_errand(gpointer data)
{
	struct errand *errand = data;

	loop_cancel(&errand->wait);
	g_free(errand);
}

void clients_begin(const struct schedule *schedule)
{
	memset(&clients, 0, sizeof clients);
	clients.schedule = schedule;
	clients.errands = g_ptr_array_new_with_free_func(free_errand);
	clients.visits = g_ptr_array_new_with_free_func(free_visit);
}

void clients_end(void)
{
	g_ptr_array_unref(clients.visits);
	g_ptr_array_unref(clients.errands);
}

void clients_deaf(int64_t for_ms)
{
	clients.deaf_until_ms = MAX(clients.deaf_until_ms, world_now_ms() + for_ms);
}

/* No answer, or none that stands: once more, perhaps elsewhere. */
static void try_again(struct errand *errand)
{
	errand->visit = NULL;
	errand->tries++;
	if (world_one_in(CHANCE_NET, 2)) {
		errand->who = world_below(CHANCE_NET, clients.schedule->daemons);
	}
	loop_after(world_loop(), &errand->wait, 1 + world_below(CHANCE_NET, AGAIN_MS), send_errand);
}

static void patience_ended(struct loop_task *task)
{
	struct errand *errand = container_of(task, struct errand, wait);

	if (errand->visit && checks_calm) {
		world_violation(
			"I14: %s was not answered at all, and nothing was wrong", errand->id);
	}
	try_again(errand);
}

static bool is_final(enum hoso_error error)
{
	return error == HOSO_OK || !error_may_retry(error);
}

/*
 * What is not there for an officer leaves nothing behind, and so cannot be answered the same when it is there by the
 * time the request comes again. What was recorded stays so: only a try that was judged beside that one may have
 * missed it.
 */
static bool is_of_before(const struct visit *visit, enum hoso_error before, enum hoso_error now)
{
	return before == HOSO_NOT_FOUND || (now == HOSO_NOT_FOUND && !visit->alone);
}

/* I3: whoever asked again got the same. */
static void compare_answers(const struct errand *errand, const struct scan_answer *answer)
{
	const struct scan_answer *before = &errand->answer;

	if (before->error != answer->error || before->verdict != answer->verdict ||
		before->why != answer->why || before->dseq != answer->dseq ||
		before->leg_state != answer->leg_state || before->gap != answer->gap) {
		world_violation("I3: %s was answered twice, and differently", errand->id);
	}
}

static void answer_arrived(struct loop_task *task)
{
	struct visit *visit = container_of(task, struct visit, way);
	struct errand *errand = visit->errand;
	struct scan_answer answer = visit->req.answer;

	if (is_final(answer.error)) {
		if (errand->answered && !is_of_before(visit, errand->answer.error, answer.error)) {
			compare_answers(errand, &answer);
		}
		if (!errand->answered || answer.error != HOSO_NOT_FOUND) {
			errand->answer = answer;
		}
		errand->answered = true;
		errand->visit = NULL;
		loop_cancel(&errand->wait);
	} else if (errand->visit == visit && !errand->answered) {
		try_again(errand);
	}
	g_ptr_array_remove_fast(clients.visits, visit);
}

static void connection_broke(struct loop_task *task)
{
	struct visit *visit = container_of(task, struct visit, way);

	if (visit->errand->visit == visit && !visit->errand->answered) {
		try_again(visit->errand);
	}
	g_ptr_array_remove_fast(clients.visits, visit);
}

static void scan_answered(struct intake_req *req)
{
	struct visit *visit = container_of(req, struct visit, req);
	int64_t way_ms = world_below(CHANCE_NET, NETWORK_MS);

	if (daemon_is_dying(visit->who)) {
		loop_after(world_loop(), &visit->way, way_ms, connection_broke);
		return;
	}
	world_tell("daemon %u answers %s %s %s dseq %d", visit->who, visit->errand->id,
		error_wire(req->answer.error), verdict_wire(req->answer.verdict), req->answer.dseq);
	checks_answer(visit->who, req, visit->alone, visit->since_ms);
	if (world_now_ms() < clients.deaf_until_ms) {
		/* Its client will lose patience. */
		visit->errand->visit = visit->errand->visit == visit ? NULL : visit->errand->visit;
		g_ptr_array_remove_fast(clients.visits, visit);
		return;
	}
	loop_after(world_loop(), &visit->way, way_ms, answer_arrived);
}

static void look_for_others(struct visit *visit)
{
	visit->alone = true;
	for (guint i = 0; i < clients.visits->len; i++) {
		struct visit *other = clients.visits->pdata[i];
		if (other != visit && strcmp(other->errand->id, visit->errand->id) == 0) {
			other->alone = false;
			visit->alone = false;
		}
	}
}

static void request_arrived(struct loop_task *task)
{
	struct visit *visit = container_of(task, struct visit, way);
	struct intake *intake = daemon_intake(visit->who);

	visit->since_ms = world_now_ms();
	look_for_others(visit);
	if (!intake || intake_submit(intake, &visit->req, scan_answered) != HOSO_OK) {
		connection_broke(task);
	}
}

static void send_errand(struct loop_task *task)
{
	struct errand *errand = container_of(task, struct errand, wait);
	struct visit *visit = g_new0(struct visit, 1);
	struct loop *loop = daemon_loop(errand->who);

	visit->errand = errand;
	visit->who = errand->who;
	visit->req.scan = errand->scan;
	visit->req.actor = errand->actor;
	visit->req.lane = errand->lane;
	errand->visit = visit;
	g_ptr_array_add(clients.visits, visit);
	loop_after(world_loop(), &errand->wait, PATIENCE_MS, patience_ended);
	loop_after(loop ? loop : world_loop(), &visit->way, world_below(CHANCE_NET, NETWORK_MS),
		loop ? request_arrived : connection_broke);
}

void clients_scan(const struct entry *entry)
{
	struct errand *errand = g_new0(struct errand, 1);

	schedule_scan(clients.schedule, entry, &errand->scan, &errand->actor);
	uuid7_format(&errand->scan.event_id, errand->id);
	errand->who = entry->who;
	/* Some come as if from a day offline. */
	errand->lane = intake_lane_of(entry->number % 5 ? 1 : INTAKE_BATCH_MAX);
	g_ptr_array_add(clients.errands, errand);
	loop_after(world_loop(), &errand->wait, 0, send_errand);
}

bool clients_are_answered(void)
{
	for (guint i = 0; i < clients.errands->len; i++) {
		if (!((const struct errand *)clients.errands->pdata[i])->answered) {
			return false;
		}
	}
	return true;
}

void clients_check(const struct database *database)
{
	for (guint i = 0; i < clients.errands->len; i++) {
		const struct errand *errand = clients.errands->pdata[i];
		const char *const *event = database->find_event(errand->id);

		if (!errand->answered) {
			world_violation("I14: %s is not answered", errand->id);
		} else if (errand->answer.error == HOSO_OK &&
			   (!event || strcmp(event[E_VERDICT],
					      verdict_wire(errand->answer.verdict)) != 0)) {
			world_violation("I1: %s was acknowledged and is gone", errand->id);
		}
	}
}
