#include "model/track.h"

#include <string.h>

static uint8_t *put(uint8_t *at, uint64_t number, unsigned bytes)
{
	while (bytes-- > 0) {
		*at++ = (uint8_t)(number >> (8 * bytes));
	}
	return at;
}

static const uint8_t *get(const uint8_t *at, unsigned bytes, uint64_t *ret_number)
{
	*ret_number = 0;
	while (bytes-- > 0) {
		*ret_number = *ret_number << 8 | *at++;
	}
	return at;
}

static uint8_t *put_event(uint8_t *at, const struct leg_event *event)
{
	memcpy(at, event->id.bytes, sizeof event->id.bytes);
	memcpy(at + 16, event->target.bytes, sizeof event->target.bytes);
	at = put(at + 32, (uint64_t)event->occurred_at_ms, 8);
	at = put(at, (uint64_t)event->account, 8);
	at = put(at, (uint32_t)event->office, 4);
	at = put(at, event->kind, 1);
	at = put(at, event->role, 1);
	at = put(at, event->reason, 1);
	at = put(at, event->leg_kind, 1);
	return put(at, event->enough, 1);
}

static bool get_event(const uint8_t *at, struct leg_event *ret_event)
{
	uint64_t occurred_at_ms, account, office, kind, role, reason, leg_kind, enough;

	memcpy(ret_event->id.bytes, at, sizeof ret_event->id.bytes);
	memcpy(ret_event->target.bytes, at + 16, sizeof ret_event->target.bytes);
	at = get(at + 32, 8, &occurred_at_ms);
	at = get(at, 8, &account);
	at = get(at, 4, &office);
	at = get(at, 1, &kind);
	at = get(at, 1, &role);
	at = get(at, 1, &reason);
	at = get(at, 1, &leg_kind);
	get(at, 1, &enough);
	if (kind >= EVENT_KIND_COUNT || role >= ROLE_COUNT || reason >= REASON_COUNT ||
		leg_kind >= LEG_KIND_COUNT) {
		return false;
	}
	ret_event->occurred_at_ms = (int64_t)occurred_at_ms;
	ret_event->account = (int64_t)account;
	ret_event->office = (int32_t)(uint32_t)office;
	ret_event->kind = (enum event_kind)kind;
	ret_event->role = (enum role)role;
	ret_event->reason = (enum reason)reason;
	ret_event->leg_kind = (enum leg_kind)leg_kind;
	ret_event->enough = (unsigned)enough;
	return true;
}

size_t track_encode(const struct leg_track *track, uint8_t *ret_bytes)
{
	uint8_t *at = ret_bytes;

	for (unsigned i = 0; i < track->count; i++) {
		at = put_event(at, &track->events[i]);
	}
	return (size_t)(at - ret_bytes);
}

bool track_decode(const uint8_t *bytes, size_t length, struct leg_track *ret_track)
{
	size_t count = length / TRACK_EVENT_BYTES;

	if (length % TRACK_EVENT_BYTES != 0 || count > LEG_EVENTS_MAX) {
		return false;
	}
	ret_track->count = (unsigned)count;
	for (size_t i = 0; i < count; i++) {
		if (!get_event(bytes + i * TRACK_EVENT_BYTES, &ret_track->events[i])) {
			return false;
		}
	}
	return true;
}
