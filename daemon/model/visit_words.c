#include <hoso/visit.h>

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

struct word {
	const char *wire;
	const char *label;
};

static int find(const struct word *words, size_t count, const char *wire)
{
	size_t i = 0;

	while (i < count && strcmp(words[i].wire, wire) != 0) {
		i++;
	}
	return (int)i;
}

#define X(name, wire, vi) [name] = {wire, vi},
#define WORDS(what, LIST)                                                                          \
	static const struct word what##_words[] = {LIST(X)};                                       \
	const char *visit_##what##_wire(enum visit_##what word)                                    \
	{                                                                                          \
		return what##_words[word].wire;                                                    \
	}                                                                                          \
	const char *visit_##what##_label(enum visit_##what word)                                   \
	{                                                                                          \
		return what##_words[word].label;                                                   \
	}                                                                                          \
	enum visit_##what visit_##what##_from_wire(const char *wire)                               \
	{                                                                                          \
		return (enum visit_##what)find(what##_words, ARRAY_SIZE(what##_words), wire);      \
	}

WORDS(kind, HOSO_VISIT_KINDS)
WORDS(state, HOSO_VISIT_STATES)
WORDS(action, HOSO_VISIT_ACTIONS)
WORDS(channel, HOSO_VISIT_CHANNELS)
WORDS(wish, HOSO_VISIT_WISHES)
WORDS(reason, HOSO_VISIT_REASONS)
