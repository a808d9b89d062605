#include "faults.h"

#include <string.h>

static enum fault planted;

static const struct {
	const char *word;
	const char *what;
} faults[FAULT_COUNT] = {[FAULT_NONE] = {"none", "nothing"},
#define X(name, word, what) [name] = {word, what},
	FAULTS(X)
#undef X
};

void fault_plant(enum fault fault)
{
	planted = fault;
}

bool fault_planted(enum fault fault)
{
	return planted == fault;
}

const char *fault_word(enum fault fault)
{
	return faults[fault].word;
}

const char *fault_what(enum fault fault)
{
	return faults[fault].what;
}

enum fault fault_from_word(const char *word)
{
	int fault = 0;

	while (fault < FAULT_COUNT && strcmp(faults[fault].word, word) != 0) {
		fault++;
	}
	return (enum fault)fault;
}
