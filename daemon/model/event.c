#include <hoso/event.h>

#include <string.h>

static const struct {
	const char *wire;
	const char *code;
	const char *label;
} kinds[] = {
#define X(name, wire, code, vi) [name] = {wire, code, vi},
	HOSO_EVENTS(X)
#undef X
};

static const struct {
	const char *wire;
	const char *label;
} verdicts[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_VERDICTS(X)
#undef X
};

const char *event_wire(enum event_kind kind)
{
	return kinds[kind].wire;
}

const char *event_code(enum event_kind kind)
{
	return kinds[kind].code;
}

const char *event_label(enum event_kind kind)
{
	return kinds[kind].label;
}

enum event_kind event_from_wire(const char *wire)
{
	int kind = 0;

	while (kind < EVENT_KIND_COUNT && strcmp(kinds[kind].wire, wire) != 0 &&
		strcmp(kinds[kind].code, wire) != 0) {
		kind++;
	}
	return (enum event_kind)kind;
}

const char *verdict_wire(enum verdict verdict)
{
	return verdicts[verdict].wire;
}

const char *verdict_label(enum verdict verdict)
{
	return verdicts[verdict].label;
}

enum verdict verdict_from_wire(const char *wire)
{
	int verdict = 0;

	while (verdict < VERDICT_COUNT && strcmp(verdicts[verdict].wire, wire) != 0) {
		verdict++;
	}
	return (enum verdict)verdict;
}
