#ifndef HOSO_TESTS_SIM_PROVINCE_H
#define HOSO_TESTS_SIM_PROVINCE_H

#include <stdint.h>

/*
 * The province's portal, in place of portal/portal.c: it takes a line once by its key, keeps a log, and
 * misbehaves as the schedule says. A message on its way arrives, whatever becomes of who sent it.
 */
/* clang-format off */
#define PROVINCE_MODES(X) \
	X(PROVINCE_OK, "ok") \
	X(PROVINCE_LATER, "later") \
	X(PROVINCE_NEVER, "never") \
	X(PROVINCE_UNKNOWN_TAKEN, "unknown-taken") /* taken, and the answer is lost */ \
	X(PROVINCE_UNKNOWN_LOST, "unknown-lost") \
	X(PROVINCE_PAUSED, "paused") \
	X(PROVINCE_SLOW_ANSWER, "slow-answer")     /* taken at once, answered after the lease */ \
	X(PROVINCE_SLOW_ARRIVAL, "slow-arrival")   /* given up by the sender, and then it arrives */
/* clang-format on */

enum province_mode {
#define X(name, word) name,
	PROVINCE_MODES(X)
#undef X
		PROVINCE_MODE_COUNT
};

struct portal;
struct loop;

void province_begin(void);
void province_end(void);

/** province_road() - a daemon's portal; portal_free() ends it. */
struct portal *province_road(struct loop *loop, unsigned who);

/** province_set() - @mode for some time; @item 0: for all, else for item codes that end in item - 1. */
void province_set(enum province_mode mode, int64_t for_ms, unsigned item);
void province_mend(void);

uint64_t province_redelivered(void); /* lines that came again under their key */
const char *province_word(enum province_mode mode);

#endif
