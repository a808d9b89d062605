#include "debounce.h"

#include <string.h>

#include <hoso/limits.h>

struct sighting {
	int64_t last_ms;
	unsigned last_frame;
	bool told;
};

static char *key_of(const char *code, const char *from)
{
	return g_strdup_printf("%s %s", code, from);
}

static bool is_away(const struct sighting *sighting, const struct sight *sight)
{
	return sight->at_ms - sighting->last_ms >= DEBOUNCE_MS &&
	       (sight->frame == 0 || sight->frame - sighting->last_frame > DEBOUNCE_FRAMES);
}

static void remember(struct debounce *debounce, char *key, const struct sight *sight)
{
	struct sighting *sighting = g_new0(struct sighting, 1);

	if (g_hash_table_size(debounce->seen) >= DEBOUNCE_CODES_MAX) {
		g_hash_table_remove_all(debounce->seen);
	}
	*sighting = (struct sighting){sight->at_ms, sight->frame, false};
	g_hash_table_replace(debounce->seen, key, sighting);
}

enum debounce_verdict debounce_judge(struct debounce *debounce, const struct sight *sight)
{
	g_autofree char *key = key_of(sight->code, sight->from);
	struct sighting *sighting = g_hash_table_lookup(debounce->seen, key);
	bool told;

	if (!sighting || is_away(sighting, sight)) {
		remember(debounce, g_steal_pointer(&key), sight);
		return DEBOUNCE_NEW;
	}
	told = sighting->told;
	*sighting = (struct sighting){sight->at_ms, sight->frame, true};
	return told ? DEBOUNCE_STILL_THERE : DEBOUNCE_REPEAT;
}

void debounce_forget(struct debounce *debounce, const char *code, const char *from)
{
	g_autofree char *wanted = key_of(code, from ? from : "");
	GHashTableIter sightings;
	gpointer key;

	g_hash_table_iter_init(&sightings, debounce->seen);
	while (g_hash_table_iter_next(&sightings, &key, NULL)) {
		if (from ? strcmp(key, wanted) == 0 : g_str_has_prefix(key, wanted)) {
			g_hash_table_iter_remove(&sightings);
		}
	}
}

void debounce_init(struct debounce *debounce)
{
	debounce->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void debounce_done(struct debounce *debounce)
{
	g_clear_pointer(&debounce->seen, g_hash_table_unref);
}
