#ifndef HOSO_MODEL_DOSSIER_TRACK_H
#define HOSO_MODEL_DOSSIER_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/dossier_step.h"

/*
 * A dossier's steps as bytes, kept in its row as a leg's track is in the leg's. One step is DOSSIER_STEP_BYTES: id,
 * target, then big-endian occurred_at, account, due_on, received_on, and one byte each for kind, role, proofs. The
 * ordinals of those tables are on disk. A result that is ready has no target: what is to be collected with it stands
 * there, big-endian in the last 8 of the 16 bytes.
 */
#define DOSSIER_STEP_BYTES 59

/** dossier_track_encode() - @ret_bytes has room for count * DOSSIER_STEP_BYTES; returns how many were written. */
size_t dossier_track_encode(const struct dossier_steps *steps, uint8_t *ret_bytes);

/** dossier_track_decode() - false when the bytes are no steps. */
bool dossier_track_decode(const uint8_t *bytes, size_t length, struct dossier_steps *ret_steps);

#endif
