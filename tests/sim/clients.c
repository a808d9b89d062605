#include "clients.h"

#include <string.h>

#include "base/attr.h"
#include "base/uuid7.h"
#include "cells.h"
#include "checks.h"
#include "daemons.h"
#include "faults.h"
#include "world.h"

#define NETWORK_MS 4
#define PATIENCE_MS 30000
#define AGAIN_MS 1500

/* One scan that a client keeps until it is answered for good. */
struct errand {
	struct scan scan;
	struct actor actor;
	char id[UUID_TEXT_SIZE];
	bool answered;
	struct scan_answer answer;
};

/* What a client sends as one request, in this order: mostly one scan. It sends again what is left, when all are answered. */
struct convoy {
	GPtrArray *errands;
	unsigned group; /* the schedule's number of the request; 0: a scan that came alone */
	enum intake_lane lane;
	unsigned who;
	unsigned tries;
	struct parcel *parcel; /* the try that is waited for */
	struct loop_task wait;
};

/* One scan of a try, in the intake of a daemon. */
struct visit {
	struct intake_req req;
	struct errand *errand;
	struct parcel *parcel;
	int64_t since_ms;
	bool alone; /* no other try for the same id was with any daemon */
};

/* One try: on its way to a daemon, in its intake, and on the way back when the last of them is answered. */
struct parcel {
	struct convoy *convoy;
	struct intake_group group;
	unsigned who;
	unsigned count, left;
	struct visit *visits;
	bool broken;
	struct loop_task way;
};

static struct {
	const struct schedule *schedule;
	GPtrArray *convoys;
	GPtrArray *parcels;
	int64_t deaf_until_ms;
} clients;

static void send_convoy(struct loop_task *task);

static void free_parcel(gpointer data)
{
	struct parcel *parcel = data;

	loop_cancel(&parcel->way);
	g_free(parcel->visits);
	g_free(parcel);
}

static void free_convoy(gpointer data)
{
	struct convoy *convoy = data;

	loop_cancel(&convoy->wait);
	g_ptr_array_unref(convoy->errands);
	g_free(convoy);
}

void clients_begin(const struct schedule *schedule)
{
	memset(&clients, 0, sizeof clients);
	clients.schedule = schedule;
	clients.convoys = g_ptr_array_new_with_free_func(free_convoy);
	clients.parcels = g_ptr_array_new_with_free_func(free_parcel);
}

void clients_end(void)
{
	g_ptr_array_unref(clients.parcels);
	g_ptr_array_unref(clients.convoys);
}

static struct errand *errand_at(const struct convoy *convoy, guint index)
{
	return convoy->errands->pdata[index];
}

static bool is_answered(const struct convoy *convoy)
{
	for (guint i = 0; i < convoy->errands->len; i++) {
		if (!errand_at(convoy, i)->answered) {
			return false;
		}
	}
	return true;
}

void clients_deaf(int64_t for_ms)
{
	clients.deaf_until_ms = MAX(clients.deaf_until_ms, world_now_ms() + for_ms);
}

/* No answer, or none that stands: once more, perhaps elsewhere. */
static void try_again(struct convoy *convoy)
{
	convoy->parcel = NULL;
	convoy->tries++;
	if (world_one_in(CHANCE_NET, 2)) {
		convoy->who = world_below(CHANCE_NET, clients.schedule->daemons);
	}
	loop_after(world_loop(), &convoy->wait, 1 + world_below(CHANCE_NET, AGAIN_MS), send_convoy);
}

static void patience_ended(struct loop_task *task)
{
	struct convoy *convoy = container_of(task, struct convoy, wait);

	if (convoy->parcel && checks_calm) {
		world_violation("I14: %s was not answered at all, and nothing was wrong",
			errand_at(convoy, 0)->id);
	}
	try_again(convoy);
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

static void take_answer(const struct visit *visit)
{
	struct errand *errand = visit->errand;
	struct scan_answer answer = visit->req.answer;

	if (!is_final(answer.error)) {
		return;
	}
	if (errand->answered && !is_of_before(visit, errand->answer.error, answer.error)) {
		compare_answers(errand, &answer);
	}
	if (!errand->answered || answer.error != HOSO_NOT_FOUND) {
		errand->answer = answer;
	}
	errand->answered = true;
}

static void answers_arrived(struct loop_task *task)
{
	struct parcel *parcel = container_of(task, struct parcel, way);
	struct convoy *convoy = parcel->convoy;

	for (unsigned i = 0; i < parcel->count; i++) {
		take_answer(&parcel->visits[i]);
	}
	if (is_answered(convoy)) {
		convoy->parcel = NULL;
		loop_cancel(&convoy->wait);
	} else if (convoy->parcel == parcel) {
		try_again(convoy);
	}
	g_ptr_array_remove_fast(clients.parcels, parcel);
}

static void connection_broke(struct loop_task *task)
{
	struct parcel *parcel = container_of(task, struct parcel, way);

	if (parcel->convoy->parcel == parcel && !is_answered(parcel->convoy)) {
		try_again(parcel->convoy);
	}
	g_ptr_array_remove_fast(clients.parcels, parcel);
}

static void reply(struct parcel *parcel)
{
	int64_t way_ms = world_below(CHANCE_NET, NETWORK_MS);

	if (!parcel->broken && world_now_ms() < clients.deaf_until_ms) {
		/* Its client will lose patience. */
		if (parcel->convoy->parcel == parcel) {
			parcel->convoy->parcel = NULL;
		}
		g_ptr_array_remove_fast(clients.parcels, parcel);
		return;
	}
	loop_after(world_loop(), &parcel->way, way_ms,
		parcel->broken ? connection_broke : answers_arrived);
}

static void scan_answered(struct intake_req *req)
{
	struct visit *visit = container_of(req, struct visit, req);
	struct parcel *parcel = visit->parcel;

	if (daemon_is_dying(parcel->who)) {
		parcel->broken = true;
	} else {
		world_tell("daemon %u answers %s %s %s dseq %d", parcel->who, visit->errand->id,
			error_wire(req->answer.error), verdict_wire(req->answer.verdict),
			req->answer.dseq);
		checks_answer(parcel->who, req, visit->alone, visit->since_ms);
	}
	if (--parcel->left == 0) {
		reply(parcel);
	}
}

static void look_for_others(struct visit *visit)
{
	visit->alone = true;
	for (guint i = 0; i < clients.parcels->len; i++) {
		struct parcel *parcel = clients.parcels->pdata[i];
		for (unsigned n = 0; n < parcel->count; n++) {
			struct visit *other = &parcel->visits[n];
			if (other != visit && strcmp(other->errand->id, visit->errand->id) == 0) {
				other->alone = false;
				visit->alone = false;
			}
		}
	}
}

/* Whole or not at all, as the API takes it. */
static void request_arrived(struct loop_task *task)
{
	struct parcel *parcel = container_of(task, struct parcel, way);
	struct intake *intake = daemon_intake(parcel->who);

	for (unsigned i = 0; i < parcel->count; i++) {
		parcel->visits[i].since_ms = world_now_ms();
		look_for_others(&parcel->visits[i]);
	}
	if (!intake || intake_room(intake, parcel->convoy->lane) < parcel->count) {
		connection_broke(task);
		return;
	}
	for (unsigned i = 0; i < parcel->count; i++) {
		unsigned at = fault_planted(FAULT_TURNED) ? parcel->count - 1 - i : i;
		if (intake_submit(intake, &parcel->visits[at].req, scan_answered) != HOSO_OK) {
			world_violation("I14: there was room for %u scans, and not for the %u.",
				parcel->count, i + 1);
		}
	}
}

static void pack(struct parcel *parcel, const struct convoy *convoy)
{
	parcel->visits = g_new0(struct visit, convoy->errands->len);
	for (guint i = 0; i < convoy->errands->len; i++) {
		struct errand *errand = errand_at(convoy, i);
		if (!errand->answered) {
			struct visit *visit = &parcel->visits[parcel->count++];
			visit->errand = errand;
			visit->parcel = parcel;
			visit->req.scan = errand->scan;
			visit->req.actor = errand->actor;
			visit->req.lane = convoy->lane;
			visit->req.group = convoy->group ? &parcel->group : NULL;
		}
	}
	parcel->left = parcel->count;
}

static void send_convoy(struct loop_task *task)
{
	struct convoy *convoy = container_of(task, struct convoy, wait);
	struct parcel *parcel = g_new0(struct parcel, 1);
	struct loop *loop = daemon_loop(convoy->who);

	parcel->convoy = convoy;
	parcel->who = convoy->who;
	pack(parcel, convoy);
	convoy->parcel = parcel;
	g_ptr_array_add(clients.parcels, parcel);
	loop_after(world_loop(), &convoy->wait, PATIENCE_MS, patience_ended);
	loop_after(loop ? loop : world_loop(), &parcel->way, world_below(CHANCE_NET, NETWORK_MS),
		loop ? request_arrived : connection_broke);
}

/* The request that a scan belongs to: a new one, or the one that is made up this millisecond. */
static struct convoy *convoy_of(const struct entry *entry)
{
	struct convoy *last =
		clients.convoys->len > 0 ? clients.convoys->pdata[clients.convoys->len - 1] : NULL;
	struct convoy *convoy;

	if (entry->group > 0 && last && last->group == entry->group) {
		return last;
	}
	convoy = g_new0(struct convoy, 1);
	convoy->errands = g_ptr_array_new_with_free_func(g_free);
	convoy->group = entry->group;
	convoy->who = entry->who;
	/* Some come as if from a day offline. */
	convoy->lane = intake_lane_of(entry->number % 5 ? 1 : INTAKE_BATCH_MAX);
	g_ptr_array_add(clients.convoys, convoy);
	loop_after(world_loop(), &convoy->wait, entry->group > 0, send_convoy);
	return convoy;
}

void clients_scan(const struct entry *entry)
{
	struct errand *errand = g_new0(struct errand, 1);

	schedule_scan(clients.schedule, entry, &errand->scan, &errand->actor);
	uuid7_format(&errand->scan.event_id, errand->id);
	g_ptr_array_add(convoy_of(entry)->errands, errand);
}

bool clients_are_answered(void)
{
	for (guint i = 0; i < clients.convoys->len; i++) {
		if (!is_answered(clients.convoys->pdata[i])) {
			return false;
		}
	}
	return true;
}

/* I16. What is not there for an officer may be there when it is sent again, and then comes behind the others. */
static void check_order(const struct errand *first, const struct errand *second)
{
	uint64_t commits[2] = {checks_commit_of(first->id), checks_commit_of(second->id)};
	const char *const *events[2] = {checks_database()->find_event(first->id),
		checks_database()->find_event(second->id)};

	if (!events[0] || !events[1] || first->actor.role == ROLE_AGENCY) {
		return;
	}
	if (commits[0] > commits[1] ||
		(strcmp(events[0][E_DOSSIER], events[1][E_DOSSIER]) == 0 &&
			cell_int(events[0][E_DSEQ]) > cell_int(events[1][E_DSEQ]))) {
		world_violation("I16: %s was recorded after %s, which its request had behind it",
			first->id, second->id);
	}
}

static void check_errand(const struct database *database, const struct errand *errand)
{
	const char *const *event = database->find_event(errand->id);

	if (!errand->answered) {
		world_violation("I14: %s is not answered", errand->id);
	} else if (errand->answer.error == HOSO_OK &&
		   (!event ||
			   strcmp(event[E_VERDICT], verdict_wire(errand->answer.verdict)) != 0)) {
		world_violation("I1: %s was acknowledged and is gone", errand->id);
	}
}

void clients_check(const struct database *database)
{
	for (guint i = 0; i < clients.convoys->len; i++) {
		const struct convoy *convoy = clients.convoys->pdata[i];
		for (guint n = 0; n < convoy->errands->len; n++) {
			check_errand(database, errand_at(convoy, n));
			for (guint later = n + 1; later < convoy->errands->len; later++) {
				check_order(errand_at(convoy, n), errand_at(convoy, later));
			}
		}
	}
}
