#ifndef HOSO_DECODE_SAMPLE_H
#define HOSO_DECODE_SAMPLE_H

#include "decode/areas.h"

/**
 * sample_patches() - those in which nothing is believed yet, and those that show when the light is evened out:
 * their modules one by one (modules.h), put right by the code's own correction (qr_mend.h) and drawn anew.
 */
void sample_patches(struct areas *areas, struct finds *finds);

#endif
