#include "decode/reed_solomon.h"

#include <string.h>

#include <glib.h>

#define CHECKS_MAX 30
#define FIELD_POLYNOMIAL 0x11d

/* Powers of 2 in the field of 256, twice, and their logarithms. */
struct field {
	uint8_t power[510];
	uint8_t log[256];
};

static const struct field *field(void)
{
	static struct field own;

	if (own.power[0] == 0) {
		unsigned value = 1;
		for (unsigned i = 0; i < 255; i++) {
			own.power[i + 255] = (uint8_t)value;
			own.log[value] = (uint8_t)i;
			value = value << 1 ^ (value >> 7) * FIELD_POLYNOMIAL;
		}
		memcpy(own.power, own.power + 255, 255);
	}
	return &own;
}

static uint8_t times(uint8_t a, uint8_t b)
{
	const struct field *own = field();

	return a && b ? own->power[own->log[a] + own->log[b]] : 0;
}

static uint8_t over(uint8_t a, uint8_t b)
{
	const struct field *own = field();

	return a ? own->power[own->log[a] + 255 - own->log[b]] : 0;
}

/* The polynomial's value; the coefficient of the lowest power first. */
static uint8_t value_at(const uint8_t *polynomial, unsigned count, uint8_t x)
{
	uint8_t sum = 0;

	for (unsigned i = count; i-- > 0;) {
		sum = times(sum, x) ^ polynomial[i];
	}
	return sum;
}

/* Returns whether there is anything wrong. */
static bool find_syndromes(
	const uint8_t *bytes, unsigned count, unsigned checks, uint8_t ret_syndromes[CHECKS_MAX])
{
	uint8_t any = 0;

	for (unsigned i = 0; i < checks; i++) {
		uint8_t sum = 0;
		for (unsigned j = 0; j < count; j++) {
			sum = times(sum, field()->power[i]) ^ bytes[j];
		}
		ret_syndromes[i] = sum;
		any |= sum;
	}
	return any != 0;
}

/* struct locator - its roots are the inverses of the wrong places' powers. */
struct locator {
	uint8_t polynomial[CHECKS_MAX + 1];
	unsigned degree;
};

/* (1 - x * power of the place) for each erased byte. */
static void begin_locator(
	struct locator *locator, unsigned count, const uint8_t *erased, unsigned erased_count)
{
	*locator = (struct locator){.polynomial = {1}};
	for (unsigned i = 0; i < erased_count; i++) {
		uint8_t power = field()->power[count - 1 - erased[i]];
		for (unsigned j = ++locator->degree; j > 0; j--) {
			locator->polynomial[j] ^= times(locator->polynomial[j - 1], power);
		}
	}
}

/* Berlekamp and Massey, begun with what is erased. */
static bool find_locator(struct locator *locator, const uint8_t *syndromes, unsigned checks)
{
	unsigned erased = locator->degree, length = erased;
	uint8_t before[CHECKS_MAX + 1], next[CHECKS_MAX + 1];
	uint8_t *own = locator->polynomial;

	memcpy(before, own, sizeof before);
	for (unsigned n = erased; n < checks; n++) {
		uint8_t off = 0;
		for (unsigned i = 0; i <= MIN(length, n); i++) {
			off ^= times(own[i], syndromes[n - i]);
		}
		memmove(before + 1, before, sizeof before - 1);
		before[0] = 0;
		if (off == 0) {
			continue;
		}
		for (unsigned i = 0; i <= checks; i++) {
			next[i] = own[i] ^ times(off, before[i]);
		}
		if (2 * length <= n + erased) {
			length = n + 1 + erased - length;
			for (unsigned i = 0; i <= checks; i++) {
				before[i] = over(own[i], off);
			}
		}
		memcpy(own, next, checks + 1);
	}
	locator->degree = length;
	return 2 * (length - erased) + erased <= checks;
}

/* Forney: how wrong is the byte whose place has this power? */
static uint8_t error_at(
	const struct locator *locator, const uint8_t *syndromes, unsigned checks, uint8_t power)
{
	uint8_t inverse = over(1, power), slope = 0, sum = 0;

	for (unsigned i = checks; i-- > 0;) {
		uint8_t coefficient = 0;
		for (unsigned j = 0; j <= MIN(i, locator->degree); j++) {
			coefficient ^= times(locator->polynomial[j], syndromes[i - j]);
		}
		sum = times(sum, inverse) ^ coefficient;
	}
	for (unsigned i = (locator->degree + 1) / 2 * 2; i-- > 0;) {
		slope = times(slope, inverse) ^
			(i % 2 == 0 && i + 1 <= locator->degree ? locator->polynomial[i + 1] : 0);
	}
	return slope ? times(power, over(sum, slope)) : 0;
}

bool reed_solomon_mend(uint8_t *bytes, unsigned count, unsigned checks, const uint8_t *erased,
	unsigned erased_count, unsigned *ret_errors)
{
	uint8_t syndromes[CHECKS_MAX], mended[256], rest[CHECKS_MAX];
	struct locator locator;
	unsigned roots = 0;

	*ret_errors = 0;
	if (!find_syndromes(bytes, count, checks, syndromes)) {
		return true;
	}
	begin_locator(&locator, count, erased, erased_count);
	if (!find_locator(&locator, syndromes, checks)) {
		return false;
	}
	memcpy(mended, bytes, count);
	for (unsigned i = 0; i < count; i++) {
		uint8_t power = field()->power[count - 1 - i];
		if (value_at(locator.polynomial, locator.degree + 1, over(1, power)) == 0) {
			mended[i] ^= error_at(&locator, syndromes, checks, power);
			roots++;
		}
	}
	if (roots != locator.degree || find_syndromes(mended, count, checks, rest)) {
		return false;
	}
	memcpy(bytes, mended, count);
	*ret_errors = locator.degree - erased_count;
	return true;
}

void reed_solomon_syndromes_of(
	uint8_t value, unsigned from_end, unsigned checks, uint8_t *ret_syndromes)
{
	for (unsigned i = 0; i < checks; i++) {
		ret_syndromes[i] = times(value, field()->power[i * from_end % 255]);
	}
}
