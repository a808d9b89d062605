#ifndef HOSO_FLOW_INTAKE_POLICY_H
#define HOSO_FLOW_INTAKE_POLICY_H

#include <stdbool.h>

#include <hoso/error.h>

/* What a batch does after a trip. Source: design, "The walk of a scan"; promises, appendix A. */
enum intake_step {
	INTAKE_STEP_GO_ON, /* the trip did what it should */
	INTAKE_STEP_AGAIN, /* the same scans from the start, at once: a lost race */
	INTAKE_STEP_PARK, /* the same scans when the database is back: whether they are in it is not known */
	INTAKE_STEP_SPLIT, /* halves: one of the scans is poison */
	INTAKE_STEP_SHELVE /* this one scan: into quarantine */
};

/** struct intake_outcome - all that the choice depends on. */
struct intake_outcome {
	enum hoso_error error; /* of the trip */
	const char *sqlstate;  /* "" without one */
	bool commits;          /* the trip was to end in COMMIT … */
	bool committed;        /* … and its tag said so */
	bool warned;           /* with a warning: only this server has it */
	unsigned scans;        /* in the range that was tried */
	unsigned tries;        /* how often this range was tried again already */
};

/** intake_policy_next() - pure. */
enum intake_step intake_policy_next(const struct intake_outcome *outcome);

#endif
