#ifndef HOSO_MODEL_DOSSIER_STEP_H
#define HOSO_MODEL_DOSSIER_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/dossier_status.h>
#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/leg.h>
#include <hoso/limits.h>
#include <hoso/role.h>
#include <hoso/wire.h>

/*
 * What leg.c is for one item, this is for the citizen's case: a dossier's status and dates are what its legs and its
 * own steps amount to, in the order of time. Pure. Source: domain 5.4.
 */

/* What a step's data proves or says beside its dates. */
#define STEP_EXPLAINED 1u /* why, in words: a supervisor's exception */
#define STEP_WITH_SLIP 2u /* the sender showed the sending slip */
#define STEP_RECEIVES 4u  /* the agency gave a code or a due date: it has the dossier */

/**
 * struct dossier_step - a step of the dossier, or a scan that tells something of it: its code, its dates.
 * @target:      EVENT_VOID only
 * @due_on, @received_on: local dates as 20261231; 0: not said
 * @collect_vnd: EVENT_RESULT_READY only: what the citizen still owes the agency
 */
struct dossier_step {
	struct uuid id;
	struct uuid target;
	int64_t occurred_at_ms;
	int64_t account;
	enum event_kind kind;
	enum role role;
	unsigned proofs;
	int32_t due_on;
	int32_t received_on;
	int64_t collect_vnd;
};

struct dossier_steps {
	unsigned count;
	struct dossier_step steps[DOSSIER_STEPS_MAX];
};

/** struct dossier_part - what a dossier must know of one of its legs; @accepted_at_ms 0: it was not. */
struct dossier_part {
	enum leg_kind kind;
	enum leg_state state;
	int64_t accepted_at_ms;
	int64_t state_at_ms;
	int64_t bound_at_ms; /* 0: no code was bound by it */
};

/** struct dossier_case - all that is known of a dossier; borrowed. */
struct dossier_case {
	int service;
	unsigned part_count;
	const struct dossier_part *parts;
	struct dossier_steps *steps;
};

/**
 * struct dossier_facts - what it amounts to.
 * @collect_vnd, @ready: to be collected with the result that was made ready last, and which step said so
 * @submitted_at_ms: the legal instant of submission; when a supplement was asked for, of its last part
 * @says_due, @says_received: some step said the date once, even one that is void now
 * @misfits: steps that the status did not take where they lie in time
 */
struct dossier_facts {
	enum dossier_status status;
	int64_t submitted_at_ms;
	int64_t result_ready_at_ms;
	int64_t collect_vnd;
	struct uuid ready;
	int32_t due_on;
	int32_t received_on;
	bool says_due;
	bool says_received;
	unsigned due_changes;
	unsigned supplements;
	unsigned misfits;
};

/** struct dossier_ruling - @error: it may not be, and why; otherwise @verdict: recorded, duplicate or late. */
struct dossier_ruling {
	enum hoso_error error;
	enum verdict verdict;
};

/**
 * dossier_step_apply() - one step on one status; the transition function.
 * @facts:      moved in place when it is taken
 * @legs_ended: no item is under way
 *
 * Errors: HOSO_WRONG_ROLE, HOSO_MISSING_DATA (a sender's withdrawal without the slip), and the dossier's own rules,
 * HOSO_NOT_SUBMITTED … HOSO_LEGS_OPEN.
 */
struct dossier_ruling dossier_step_apply(
	struct dossier_facts *facts, const struct dossier_step *step, int service, bool legs_ended);

/** dossier_fold() - what is known, up to and with the instant @until_ms. The same for every order of the steps. */
struct dossier_facts dossier_fold(const struct dossier_case *dossier, int64_t until_ms);
#define DOSSIER_FOLD_ALL INT64_MAX

/**
 * dossier_append() - a further step.
 * @dossier: its steps gain it, unless it is an error or a duplicate's duplicate
 *
 * Errors: those of dossier_step_apply() where it lies in time; HOSO_CONFLICT, a step that was taken after it would not
 * be any more; HOSO_DOSSIER_FULL. A void: HOSO_NOT_FOUND, HOSO_WRONG_ROLE (its author within VOID_GRACE_MS, a
 * supervisor always).
 */
struct dossier_ruling dossier_append(struct dossier_case *dossier, const struct dossier_step *step,
	struct dossier_facts *ret_facts);

/** dossier_opens() - may a leg of @kind be accepted in @status? HOSO_OK, or which rule forbids it. */
enum hoso_error dossier_opens(enum dossier_status status, enum leg_kind kind);

#endif
