#ifndef HOSO_TESTS_SIM_FAULTS_H
#define HOSO_TESTS_SIM_FAULTS_H

#include <stdbool.h>

/*
 * Planted faults: the doors lie, one lie at a time, and the checks must find out. They show that the
 * instrument bites. Name, word, what the door does.
 */
/* clang-format off */
#define FAULTS(X) \
	X(FAULT_COMMIT_LIES, "commit-lies", "COMMIT is answered so, and was rolled back") \
	X(FAULT_TAG_IGNORED, "tag-ignored", "COMMIT of a failed transaction counts as committed") \
	X(FAULT_LOST_IS_DONE, "lost-is-done", "a connection lost at COMMIT is taken for success") \
	X(FAULT_NO_LOCK, "no-lock", "the dossiers' lock does not lock") \
	X(FAULT_OLD_SNAPSHOT, "old-snapshot", "the lock waits, and the dossiers come as they were before it did") \
	X(FAULT_KNOWN_FORGOTTEN, "known-forgotten", "known ids are not found") \
	X(FAULT_CLAIM_STEALS, "claim-steals", "a claim takes rows under lease") \
	X(FAULT_NO_FENCE, "no-fence", "settling does not look at the attempt") \
	X(FAULT_NO_LANE, "no-lane", "a claim takes any row, not only the first of its dossier") \
	X(FAULT_LINE_LOST, "line-lost", "some outbox rows are not inserted") \
	X(FAULT_HALF_WRITTEN, "half-written", "the dossier's row is not updated, its events are inserted") \
	X(FAULT_NEVER_RELEASED, "never-released", "lines that wait for a code stay when it is bound") \
	X(FAULT_TURNED, "turned", "a request's scans come the wrong way round") \
	X(FAULT_DRIFT, "drift", "the model settles a millisecond early: only the real server's word tells")
/* clang-format on */

enum fault {
	FAULT_NONE,
#define X(name, word, what) name,
	FAULTS(X)
#undef X
		FAULT_COUNT
};

void fault_plant(enum fault fault);
bool fault_planted(enum fault fault);
const char *fault_word(enum fault fault);
const char *fault_what(enum fault fault);
enum fault fault_from_word(const char *word); /* FAULT_COUNT when it is none */

#endif
