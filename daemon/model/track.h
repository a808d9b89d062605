#ifndef HOSO_MODEL_TRACK_H
#define HOSO_MODEL_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/leg.h>

/*
 * A leg's track as bytes, kept in the leg's row beside the state it amounts to: so the intake decides
 * with one row per item, and does not look through sixty monthly partitions. The events stay the truth;
 * the system tests rebuild the track from them and compare.
 *
 * One event is TRACK_EVENT_BYTES: id, target, then big-endian occurred_at, account, office, and one byte
 * each for kind, role, reason, leg kind, enough. The ordinals of those tables are kept on disk, so their
 * rows are only ever appended (tests/unit/test_track.c pins them).
 */
#define TRACK_EVENT_BYTES 57

/** track_encode() - @ret_bytes has room for count * TRACK_EVENT_BYTES; returns how many were written. */
size_t track_encode(const struct leg_track *track, uint8_t *ret_bytes);

/** track_decode() - false when the bytes are no track. */
bool track_decode(const uint8_t *bytes, size_t length, struct leg_track *ret_track);

#endif
