#include <hoso/reason.h>

#include <string.h>

static const struct {
	const char *wire;
	int lets_back;
	const char *label;
} reasons[] = {[REASON_NONE] = {"", 0, ""},
#define X(name, wire, back, vi) [name] = {wire, back, vi},
	HOSO_REASONS(X)
#undef X
};

const char *reason_wire(enum reason reason)
{
	return reasons[reason].wire;
}

const char *reason_label(enum reason reason)
{
	return reasons[reason].label;
}

int reason_lets_back(enum reason reason)
{
	return reasons[reason].lets_back;
}

enum reason reason_from_wire(const char *wire)
{
	int reason = REASON_NONE + 1;

	while (reason < REASON_COUNT && strcmp(reasons[reason].wire, wire) != 0) {
		reason++;
	}
	return (enum reason)reason;
}
