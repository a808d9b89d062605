#include "model/dossier_track.h"

#include <string.h>

#include <hoso/limits.h>

#define PROOFS_ALL (STEP_EXPLAINED | STEP_WITH_SLIP | STEP_RECEIVES)

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

static void put_target(uint8_t *at, const struct dossier_step *step)
{
	if (step->kind == EVENT_RESULT_READY) {
		put(put(at, 0, 8), (uint64_t)step->collect_vnd, 8);
	} else {
		memcpy(at, step->target.bytes, sizeof step->target.bytes);
	}
}

static bool get_target(const uint8_t *at, struct dossier_step *step)
{
	uint64_t none, collect_vnd;

	step->target = (struct uuid){{0}};
	step->collect_vnd = 0;
	if (step->kind != EVENT_RESULT_READY) {
		memcpy(step->target.bytes, at, sizeof step->target.bytes);
		return true;
	}
	get(get(at, 8, &none), 8, &collect_vnd);
	step->collect_vnd = (int64_t)collect_vnd;
	return none == 0 && collect_vnd <= MONEY_MAX_VND;
}

static uint8_t *put_step(uint8_t *at, const struct dossier_step *step)
{
	memcpy(at, step->id.bytes, sizeof step->id.bytes);
	put_target(at + 16, step);
	at = put(at + 32, (uint64_t)step->occurred_at_ms, 8);
	at = put(at, (uint64_t)step->account, 8);
	at = put(at, (uint32_t)step->due_on, 4);
	at = put(at, (uint32_t)step->received_on, 4);
	at = put(at, step->kind, 1);
	at = put(at, step->role, 1);
	return put(at, step->proofs, 1);
}

static bool get_step(const uint8_t *at, struct dossier_step *ret_step)
{
	const uint8_t *target = at + 16;
	uint64_t occurred_at_ms, account, due_on, received_on, kind, role, proofs;

	memcpy(ret_step->id.bytes, at, sizeof ret_step->id.bytes);
	at = get(at + 32, 8, &occurred_at_ms);
	at = get(at, 8, &account);
	at = get(at, 4, &due_on);
	at = get(at, 4, &received_on);
	at = get(at, 1, &kind);
	at = get(at, 1, &role);
	get(at, 1, &proofs);
	if (kind >= EVENT_KIND_COUNT || role >= ROLE_COUNT || (proofs & ~(uint64_t)PROOFS_ALL) ||
		due_on > INT32_MAX || received_on > INT32_MAX) {
		return false;
	}
	ret_step->occurred_at_ms = (int64_t)occurred_at_ms;
	ret_step->account = (int64_t)account;
	ret_step->due_on = (int32_t)due_on;
	ret_step->received_on = (int32_t)received_on;
	ret_step->kind = (enum event_kind)kind;
	ret_step->role = (enum role)role;
	ret_step->proofs = (unsigned)proofs;
	return get_target(target, ret_step);
}

size_t dossier_track_encode(const struct dossier_steps *steps, uint8_t *ret_bytes)
{
	uint8_t *at = ret_bytes;

	for (unsigned i = 0; i < steps->count; i++) {
		at = put_step(at, &steps->steps[i]);
	}
	return (size_t)(at - ret_bytes);
}

bool dossier_track_decode(const uint8_t *bytes, size_t length, struct dossier_steps *ret_steps)
{
	size_t count = length / DOSSIER_STEP_BYTES;

	if (length % DOSSIER_STEP_BYTES != 0 || count > DOSSIER_STEPS_MAX) {
		return false;
	}
	ret_steps->count = (unsigned)count;
	for (size_t i = 0; i < count; i++) {
		if (!get_step(bytes + i * DOSSIER_STEP_BYTES, &ret_steps->steps[i])) {
			return false;
		}
	}
	return true;
}
