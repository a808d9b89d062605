#include "decode/spelling.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"

/* Widths of bars and spaces of the values 0 to 105, and the stop (ISO/IEC 15417, table 1). */
static const char code_128_widths[] =
	"212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231"
	"113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211"
	"212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131"
	"113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111"
	"314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211"
	"241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
	"214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214"
	"211232";
static const double code_128_stop[] = {2, 3, 3, 1, 1, 1, 2, 0};

#define CODE_128_DATA 103 /* letters that are not starts */
#define CODE_128_STARTS 3
#define CODE_128_MODULUS 103

static void add_code_128(struct alphabet *alphabet, unsigned value)
{
	double widths[7] = {0};

	for (unsigned i = 0; i < 6; i++) {
		widths[i] = code_128_widths[value * 6 + i] - '0';
	}
	fit_add_letter(alphabet, widths, true, 1, 1);
}

void spelling_make_code_128(struct alphabet *start, struct alphabet *data, struct alphabet *stop)
{
	for (unsigned value = 0; value < CODE_128_DATA; value++) {
		add_code_128(data, value);
	}
	for (unsigned value = 0; value < CODE_128_STARTS; value++) {
		add_code_128(start, CODE_128_DATA + value);
	}
	fit_add_letter(stop, code_128_stop, true, 1, 1);
}

static const char code_39_letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/* Of each letter: which of its nine elements are wide, the first in the highest bit; then '*'. */
static const uint16_t code_39_wide[] = {0x034, 0x121, 0x061, 0x160, 0x031, 0x130, 0x070, 0x025,
	0x124, 0x064, 0x109, 0x049, 0x148, 0x019, 0x118, 0x058, 0x00d, 0x10c, 0x04c, 0x01c, 0x103,
	0x043, 0x142, 0x013, 0x112, 0x052, 0x007, 0x106, 0x046, 0x016, 0x181, 0x0c1, 0x1c0, 0x091,
	0x190, 0x0d0, 0x085, 0x184, 0x0c4, 0x0a8, 0x0a2, 0x08a, 0x02a, 0x094};

void spelling_make_code_39(struct alphabet *star, struct alphabet *data, double wide)
{
	for (unsigned letter = 0; letter < ARRAY_SIZE(code_39_wide); letter++) {
		double widths[11] = {0};
		for (unsigned i = 0; i < 9; i++) {
			widths[i] = code_39_wide[letter] >> (8 - i) & 1 ? wide : 1;
		}
		widths[9] = 1; /* the gap */
		fit_add_letter(
			letter + 1 < ARRAY_SIZE(code_39_wide) ? data : star, widths, true, 1, 1);
	}
}

static const char *const itf_digits[] = {
	"11221", "21112", "12112", "22111", "11212", "21211", "12211", "11122", "21121", "12121"};

void spelling_make_itf(
	struct alphabet *start, struct alphabet *pairs, struct alphabet *stop, double wide)
{
	static const double narrow[] = {1, 1, 1, 1, 0};
	const double last[] = {wide, 1, 1, 0};

	fit_add_letter(start, narrow, true, 1, 1);
	fit_add_letter(stop, last, true, 1, 1);
	for (unsigned pair = 0; pair < 100; pair++) {
		double widths[11] = {0};
		for (unsigned i = 0; i < 10; i++) {
			unsigned digit = i % 2 == 0 ? pair / 10 : pair % 10;
			widths[i] = itf_digits[digit][i / 2] == '2' ? wide : 1;
		}
		fit_add_letter(pairs, widths, true, 1, 1);
	}
}

static const char *const ean_digits[] = {
	"3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"};
/* Which of the six left digits are of the second kind, by the digit that is not printed. */
static const uint8_t ean_parities[] = {0x00, 0x0b, 0x0d, 0x0e, 0x13, 0x19, 0x1c, 0x15, 0x16, 0x1a};

static void add_ean(struct alphabet *alphabet, unsigned digit, bool backwards, bool is_dark)
{
	double widths[5] = {0};

	for (unsigned i = 0; i < 4; i++) {
		widths[i] = ean_digits[digit][backwards ? 3 - i : i] - '0';
	}
	fit_add_letter(alphabet, widths, is_dark, 1, 1);
}

void spelling_make_ean(struct alphabet *guard, struct alphabet *left, struct alphabet *middle,
	struct alphabet *right)
{
	static const double three[] = {1, 1, 1, 0};
	static const double five[] = {1, 1, 1, 1, 1, 0};

	fit_add_letter(guard, three, true, 1, 1);
	fit_add_letter(middle, five, false, 1, 1);
	for (unsigned i = 0; i < 20; i++) {
		add_ean(left, i % 10, i >= 10, false);
	}
	for (unsigned digit = 0; digit < 10; digit++) {
		add_ean(right, digit, false, true);
	}
}

void spelling_ean_runs(const char *text, double ret_widths[EAN_RUNS])
{
	unsigned parity = ean_parities[text[0] - '0'];

	for (unsigned i = 0; i < EAN_RUNS; i++) {
		ret_widths[i] = 1; /* all guards' */
	}
	for (unsigned i = 0; i < 2 * EAN_HALF; i++) {
		bool is_left = i < EAN_HALF;
		const char *digit = ean_digits[text[i + 1] - '0'];
		bool is_backwards = is_left && parity >> (EAN_HALF - 1 - i) & 1;
		double *widths = ret_widths + EAN_OUTER_RUNS + i * EAN_DIGIT_RUNS +
				 (is_left ? 0 : EAN_MIDDLE_RUNS);
		for (unsigned run = 0; run < EAN_DIGIT_RUNS; run++) {
			widths[run] = digit[is_backwards ? EAN_DIGIT_RUNS - 1 - run : run] - '0';
		}
	}
}

/*
 * The two cheapest ways to choose letters so that the sum of @value(place, letter) is 0 modulo
 * @modulus. @rivals are ways to one residue: the best and the next best.
 */
#define MODULUS_MAX 103
#define RIVALS 2
#define COST_MAX 1e9F
#define LEAD_MAX 10.0F
#define LETTER_COST_MAX 0.9F /* above the best of its place: not worth following */

struct way {
	float cost;
	uint8_t letter;
	uint8_t from;
	uint8_t rank;
};

struct check {
	unsigned modulus;
	unsigned (*value)(unsigned place, unsigned letter, const void *context);
	const void *context;
};

struct ways {
	struct way way[FIT_PLACES_MAX + 1][MODULUS_MAX][RIVALS];
};

static void offer(struct way ways[RIVALS], struct way way)
{
	if (way.cost < ways[0].cost) {
		ways[1] = ways[0];
		ways[0] = way;
	} else if (way.cost < ways[1].cost) {
		ways[1] = way;
	}
}

static void step(struct ways *ways, unsigned place, const float *costs, unsigned count,
	const struct check *check)
{
	float least = COST_MAX;

	for (unsigned letter = 0; letter < count; letter++) {
		least = MIN(least, costs[letter]);
	}
	for (unsigned letter = 0; letter < count; letter++) {
		unsigned value = check->value(place, letter, check->context) % check->modulus;
		if (costs[letter] > least + LETTER_COST_MAX) {
			continue;
		}
		for (unsigned from = 0; from < check->modulus; from++) {
			for (unsigned rank = 0; rank < RIVALS; rank++) {
				float cost = ways->way[place][from][rank].cost;
				if (cost < COST_MAX) {
					offer(ways->way[place + 1][(from + value) % check->modulus],
						(struct way){cost + costs[letter], (uint8_t)letter,
							(uint8_t)from, (uint8_t)rank});
				}
			}
		}
	}
}

/* Writes the letters of the best way; how good it is. */
static bool choose(const struct fit_chain *chain, const struct fit *fit, const struct check *check,
	uint8_t ret_letters[FIT_PLACES_MAX], struct word *ret_word)
{
	g_autofree struct ways *ways = g_new(struct ways, 1);
	const struct way *way;
	unsigned residue = 0, rank = 0;

	for (unsigned place = 0; place <= chain->count; place++) {
		for (unsigned i = 0; i < MODULUS_MAX * RIVALS; i++) {
			ways->way[place][i / RIVALS][i % RIVALS].cost = COST_MAX;
		}
	}
	ways->way[0][0][0].cost = 0;
	for (unsigned place = 0; place < chain->count; place++) {
		step(ways, place, fit->costs[place], chain->places[place]->count, check);
	}
	way = ways->way[chain->count][0];
	if (way[0].cost >= COST_MAX) {
		return false;
	}
	ret_word->cost = way[0].cost;
	ret_word->lead = MIN(way[1].cost - way[0].cost, LEAD_MAX);
	ret_word->worst = 0;
	for (unsigned place = chain->count; place > 0; place--) {
		way = &ways->way[place][residue][rank];
		ret_letters[place - 1] = way->letter;
		ret_word->worst = fmaxf(ret_word->worst, fit->costs[place - 1][way->letter]);
		residue = way->from;
		rank = way->rank;
	}
	return true;
}

static unsigned no_check(unsigned place, unsigned letter, const void *context)
{
	(void)place, (void)letter, (void)context;
	return 0;
}

static unsigned code_128_value(unsigned place, unsigned letter, const void *context)
{
	const struct fit_chain *chain = context;

	if (place == 0) {
		return CODE_128_DATA + letter;
	}
	if (place + 1 == chain->count) {
		return 0;
	}
	return place + 2 == chain->count ? CODE_128_MODULUS - letter : place * letter;
}

enum code_set { SET_A, SET_B, SET_C };

static bool put(struct word *word, char character)
{
	if (word->length == WORD_LETTERS_MAX) {
		return false;
	}
	word->text[word->length++] = character;
	word->text[word->length] = '\0';
	return true;
}

#define FNC1 102
#define GROUP_SEPARATOR 0x1D

/* One value of a Code 128; false for what the text could not show: FNC2, FNC3, and FNC4, by which the
 * letters beyond ASCII are spelled. */
static bool code_128_letter(struct word *word, unsigned value, enum code_set *set, bool *shifted)
{
	enum code_set now = *shifted ? (*set == SET_A ? SET_B : SET_A) : *set;

	*shifted = false;
	if (value == FNC1) {
		return put(word, GROUP_SEPARATOR);
	}
	if (now == SET_C) {
		if (value >= 100) {
			*set = value == 100 ? SET_B : SET_A;
			return true;
		}
		return put(word, (char)('0' + value / 10)) && put(word, (char)('0' + value % 10));
	}
	if (value < 64 || (now == SET_B && value < 96)) {
		return put(word, (char)(value + 32));
	}
	if (value < 96) {
		return put(word, (char)(value - 64));
	}
	if (value == 98) {
		*shifted = true;
		return true;
	}
	if (value == 99) {
		*set = SET_C;
		return true;
	}
	if (value == (now == SET_A ? 100 : 101)) {
		*set = now == SET_A ? SET_B : SET_A;
		return true;
	}
	word->is_foreign = value == (now == SET_A ? 101 : 100);
	return false;
}

bool spelling_code_128(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word)
{
	struct check check = {CODE_128_MODULUS, code_128_value, chain};
	uint8_t letters[FIT_PLACES_MAX];
	struct word word = {0};
	enum code_set set;
	bool shifted = false;

	if (!choose(chain, fit, &check, letters, &word)) {
		return false;
	}
	set = (enum code_set)letters[0];
	word.is_gs1 = letters[1] == FNC1;
	for (unsigned place = word.is_gs1 ? 2 : 1; place + 2 < chain->count; place++) {
		if (!code_128_letter(&word, letters[place], &set, &shifted)) {
			word.length = 0;
			break;
		}
	}
	*ret_word = word;
	return word.length > 0 || word.is_foreign;
}

bool spelling_code_39(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word)
{
	struct check check = {1, no_check, NULL};
	uint8_t letters[FIT_PLACES_MAX];
	struct word word = {0};

	if (!choose(chain, fit, &check, letters, &word)) {
		return false;
	}
	for (unsigned place = 1; place + 1 < chain->count; place++) {
		put(&word, code_39_letters[letters[place]]);
	}
	*ret_word = word;
	return true;
}

bool spelling_itf(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word)
{
	struct check check = {1, no_check, NULL};
	uint8_t letters[FIT_PLACES_MAX];
	struct word word = {0};

	if (!choose(chain, fit, &check, letters, &word)) {
		return false;
	}
	for (unsigned place = 1; place + 1 < chain->count; place++) {
		put(&word, (char)('0' + letters[place] / 10));
		put(&word, (char)('0' + letters[place] % 10));
	}
	*ret_word = word;
	return true;
}

#define EAN_LEFT 1 /* the place of the first printed digit */
#define EAN_MIDDLE 7
#define EAN_RIGHT 8
#define EAN_PLACES 15

/* @context: the digit that is not printed. Letters of the other parity make the sum wrong for ever:
 * they are taken out before. */
static unsigned ean_value(unsigned place, unsigned letter, const void *context)
{
	const unsigned *first = context;

	if (place == 0) {
		return *first;
	}
	if (place >= EAN_LEFT && place < EAN_MIDDLE) {
		return letter % 10 * ((place - EAN_LEFT) % 2 == 0 ? 3 : 1);
	}
	if (place >= EAN_RIGHT && place + 1 < EAN_PLACES) {
		return letter * ((place - EAN_RIGHT) % 2 == 0 ? 3 : 1);
	}
	return 0;
}

static void keep_parity(struct fit *fit, unsigned parity)
{
	for (unsigned i = 0; i < 6; i++) {
		bool backwards = parity >> (5 - i) & 1;
		for (unsigned letter = 0; letter < 20; letter++) {
			if ((letter >= 10) != backwards) {
				fit->costs[EAN_LEFT + i][letter] = COST_MAX;
			}
		}
	}
}

static void write_ean(unsigned first, const uint8_t *letters, struct word *word)
{
	word->length = 0;
	put(word, (char)('0' + first));
	for (unsigned place = EAN_LEFT; place + 1 < EAN_PLACES; place++) {
		if (place != EAN_MIDDLE) {
			put(word, (char)('0' + letters[place] % 10));
		}
	}
}

bool spelling_ean(const struct fit_chain *chain, const struct fit *fit, struct word *ret_word)
{
	g_autofree struct fit *own = g_new(struct fit, 1);
	struct word word = {.cost = COST_MAX};
	float next = COST_MAX;

	for (unsigned first = 0; first < 10; first++) {
		struct check check = {10, ean_value, &first};
		uint8_t letters[FIT_PLACES_MAX];
		struct word other;
		*own = *fit;
		keep_parity(own, ean_parities[first]);
		if (!choose(chain, own, &check, letters, &other)) {
			continue;
		}
		if (other.cost < word.cost) {
			next = MIN(word.cost, other.cost + other.lead);
			word.cost = other.cost;
			word.worst = other.worst;
			write_ean(first, letters, &word);
		} else {
			next = MIN(next, other.cost);
		}
	}
	word.lead = MIN(next - word.cost, LEAD_MAX);
	*ret_word = word;
	return word.cost < COST_MAX;
}
