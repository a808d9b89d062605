/*
 * A leg's track as bytes of the database: what is taken comes out as it went in, and its fold is the
 * same in whatever order the events stand.
 */
#include "fuzz.h"

#include "base/uuid7.h"
#include "model/track.h"

#define COMPARED_MAX 24 /* events; every pair is compared */

static bool has_twins(const struct leg_track *track)
{
	for (unsigned i = 0; i < track->count; i++) {
		for (unsigned j = 0; j < i; j++) {
			if (uuid7_compare(&track->events[i].id, &track->events[j].id) == 0) {
				return true;
			}
		}
	}
	return false;
}

static void check_order(const struct leg_track *track)
{
	static struct leg_track reversed;
	struct leg leg = leg_fold(track);
	struct leg other;

	g_assert(leg.state < LEG_STATE_COUNT && leg.kind < LEG_KIND_COUNT);
	g_assert(leg.conflicts <= track->count && leg.gaps <= track->count);
	if (track->count > COMPARED_MAX || has_twins(track)) {
		return;
	}
	reversed.count = track->count;
	for (unsigned i = 0; i < track->count; i++) {
		reversed.events[i] = track->events[track->count - 1 - i];
	}
	other = leg_fold(&reversed);
	g_assert(leg.state == other.state && leg.kind == other.kind);
	g_assert(leg.state_at_ms == other.state_at_ms && leg.state_office == other.state_office);
	g_assert(leg.gaps == other.gaps && leg.conflicts == other.conflicts);
	g_assert(leg.attempts == other.attempts && leg.invitations == other.invitations);
	g_assert(leg.first_invited_at_ms == other.first_invited_at_ms);
	g_assert(leg.last_invited_at_ms == other.last_invited_at_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct leg_track track;
	static uint8_t again[LEG_EVENTS_MAX * TRACK_EVENT_BYTES];

	if (!track_decode(bytes, length, &track)) {
		return 0;
	}
	g_assert(track.count <= LEG_EVENTS_MAX && track.count * TRACK_EVENT_BYTES == length);
	g_assert(track_encode(&track, again) == length);
	g_assert(length == 0 || memcmp(again, bytes, length) == 0);
	check_order(&track);
	return 0;
}
