#include "http/framing.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"

#define CONTENT_LENGTH_DIGITS_MAX 12
#define CHUNK_SIZE_DIGITS_MAX 8
#define HOST_LABEL_SIGNS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"

/* One state per place where a byte can stand; each has one step function below. */
enum framing_state {
	AT_METHOD,
	AT_TARGET,
	AT_VERSION,
	AT_LINE_LF,
	AT_NAME_START,
	AT_NAME,
	AT_VALUE_START,
	AT_VALUE,
	AT_HEAD_LF,
	AT_BODY,
	AT_CHUNK_SIZE,
	AT_CHUNK_SIZE_LF,
	AT_CHUNK,
	AT_CHUNK_CR,
	AT_CHUNK_LF,
	AT_LAST_CR,
	AT_LAST_LF,
	AT_COUNT
};

static bool is_token(unsigned char c)
{
	return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static void word_clear(struct framing *framing)
{
	framing->word_bytes = 0;
	framing->word_full = false;
	framing->word[0] = '\0';
}

static void word_add(struct framing *framing, unsigned char c)
{
	if (framing->word_bytes == FRAMING_WORD_MAX) {
		framing->word_full = true;
		return;
	}
	framing->word[framing->word_bytes++] = (char)c;
	framing->word[framing->word_bytes] = '\0';
}

static bool word_is(const struct framing *framing, const char *text)
{
	return !framing->word_full && strcmp(framing->word, text) == 0;
}

static void go(struct framing *framing, enum framing_state state)
{
	framing->state = state;
	word_clear(framing);
}

static void message_begin(struct framing *framing)
{
	framing->left = 0;
	framing->message_body_max = framing->body_max;
	framing->body_bytes = 0;
	framing->head_bytes = 0;
	framing->head_lines = 0;
	framing->seen = 0;
	framing->field = -1;
	framing->chunked = false;
	framing->old = false;
	framing->takes_body = false;
	go(framing, AT_METHOD);
}

static enum framing_refusal message_end(struct framing *framing)
{
	framing->messages++;
	message_begin(framing);
	return FRAMING_TAKEN;
}

void framing_init(struct framing *framing, size_t body_max)
{
	memset(framing, 0, sizeof *framing);
	framing->body_max = body_max;
	message_begin(framing);
}

void framing_allow_long(struct framing *framing, const char *target, size_t body_max)
{
	framing->long_target = target;
	framing->long_body_max = body_max;
}

bool framing_is_long(const struct framing *framing)
{
	return framing->body_bytes > framing->body_max;
}

/* The request line. */

static enum framing_refusal step_method(struct framing *framing, unsigned char c)
{
	static const char *const with_body[] = {"POST", "PUT", "PATCH", "DELETE"};

	if (c != ' ') {
		word_add(framing, c);
		return g_ascii_isupper(c) && framing->word_bytes <= 16 ? FRAMING_TAKEN
								       : FRAMING_BAD_METHOD;
	}
	/* A CONNECT's target and its answer's length follow rules of their own. */
	if (framing->word_bytes == 0 || word_is(framing, "CONNECT")) {
		return FRAMING_BAD_METHOD;
	}
	for (size_t i = 0; i < ARRAY_SIZE(with_body); i++) {
		framing->takes_body |= word_is(framing, with_body[i]);
	}
	go(framing, AT_TARGET);
	return FRAMING_TAKEN;
}

static bool target_is_long(const struct framing *framing)
{
	size_t path_bytes = strcspn(framing->word, "?");

	return framing->long_target && strlen(framing->long_target) == path_bytes &&
	       memcmp(framing->word, framing->long_target, path_bytes) == 0;
}

/* Origin-form only. What begins with two slashes would be read as an authority by some. */
static enum framing_refusal step_target(struct framing *framing, unsigned char c)
{
	if (c == ' ' && framing->word_bytes > 0) {
		if (target_is_long(framing)) {
			framing->message_body_max = framing->long_body_max;
		}
		go(framing, AT_VERSION);
		return FRAMING_TAKEN;
	}
	if (c <= ' ' || c >= 0x7F || strchr("\"#<>\\^`{|}", c)) {
		return FRAMING_BAD_TARGET;
	}
	if (framing->word_bytes < 2 && (framing->word_bytes == 0) != (c == '/')) {
		return FRAMING_BAD_TARGET;
	}
	word_add(framing, c);
	return FRAMING_TAKEN;
}

static enum framing_refusal step_version(struct framing *framing, unsigned char c)
{
	if (c != '\r') {
		word_add(framing, c);
		return framing->word_bytes <= 8 ? FRAMING_TAKEN : FRAMING_BAD_VERSION;
	}
	framing->old = word_is(framing, "HTTP/1.0");
	if (!framing->old && !word_is(framing, "HTTP/1.1")) {
		return FRAMING_BAD_VERSION;
	}
	go(framing, AT_LINE_LF);
	return FRAMING_TAKEN;
}

/* The fields. Those that decide on framing or identity are watched: each may come once. */

/* Labels with single dots between them, perhaps one behind the last. */
static size_t host_name_span(const char *text)
{
	size_t span = 0;
	size_t label;

	while ((label = strspn(text + span, HOST_LABEL_SIGNS)) > 0) {
		span += label;
		if (text[span] != '.') {
			break;
		}
		span++;
	}
	return span;
}

static size_t host_literal_span(const char *text)
{
	size_t inside = strspn(text + 1, G_CSET_DIGITS "abcdefABCDEF:.");

	return inside > 0 && text[1 + inside] == ']' ? inside + 2 : 0;
}

/* A name or [IPv6], and perhaps a port. Others read more into it, and then not all of them the same. */
static enum framing_refusal host_check(struct framing *framing)
{
	const char *host = framing->word;
	size_t span = host[0] == '[' ? host_literal_span(host) : host_name_span(host);
	const char *port = host + span;

	if (span == 0 || framing->word_full) {
		return FRAMING_BAD_HOST;
	}
	port += *port == ':' ? 1 + strspn(port + 1, G_CSET_DIGITS) : 0;
	return *port ? FRAMING_BAD_HOST : FRAMING_TAKEN;
}

static enum framing_refusal length_check(struct framing *framing)
{
	uint64_t length = 0;

	if (framing->word_bytes == 0 || framing->word_bytes > CONTENT_LENGTH_DIGITS_MAX) {
		return FRAMING_BAD_LENGTH;
	}
	for (unsigned i = 0; i < framing->word_bytes; i++) {
		if (!g_ascii_isdigit(framing->word[i])) {
			return FRAMING_BAD_LENGTH;
		}
		length = length * 10 + (uint64_t)(framing->word[i] - '0');
	}
	framing->left = length;
	framing->body_bytes = length;
	return length > framing->message_body_max ? FRAMING_BODY_TOO_LARGE : FRAMING_TAKEN;
}

static enum framing_refusal coding_check(struct framing *framing)
{
	framing->chunked = true;
	return g_ascii_strcasecmp(framing->word, "chunked") == 0 ? FRAMING_TAKEN
								 : FRAMING_BAD_CODING;
}

/* evhttp answers any other expectation itself and then reads the body as a request. */
static enum framing_refusal expect_check(struct framing *framing)
{
	return g_ascii_strcasecmp(framing->word, "100-continue") == 0 ? FRAMING_TAKEN
								      : FRAMING_BAD_EXPECT;
}

enum watched { WATCHED_HOST, WATCHED_LENGTH, WATCHED_CODING, WATCHED_OTHERS };

static const struct {
	const char *name;
	enum framing_refusal (*check)(struct framing *framing);
} watched[] = {
	[WATCHED_HOST] = {"host", host_check},
	[WATCHED_LENGTH] = {"content-length", length_check},
	[WATCHED_CODING] = {"transfer-encoding", coding_check},
	[WATCHED_OTHERS] = {"expect", expect_check},
	{"content-type", NULL},
	{"content-encoding", NULL},
	{"authorization", NULL},
};

static enum framing_refusal head_end(struct framing *framing)
{
	bool has_length = framing->seen & (1u << WATCHED_LENGTH);

	if (!framing->old && !(framing->seen & (1u << WATCHED_HOST))) {
		return FRAMING_BAD_HOST;
	}
	if (framing->chunked && (framing->old || has_length)) {
		return FRAMING_BAD_CODING;
	}
	if ((framing->chunked || framing->left > 0) && !framing->takes_body) {
		return FRAMING_BAD_BODY;
	}
	if (framing->chunked) {
		go(framing, AT_CHUNK_SIZE);
		return FRAMING_TAKEN;
	}
	if (framing->left > 0) {
		go(framing, AT_BODY);
		return FRAMING_TAKEN;
	}
	return message_end(framing);
}

static enum framing_refusal step_line_lf(struct framing *framing, unsigned char c)
{
	go(framing, AT_NAME_START);
	return c == '\n' ? FRAMING_TAKEN : FRAMING_BAD_LINE_END;
}

static enum framing_refusal step_name(struct framing *framing, unsigned char c)
{
	framing->state = AT_NAME;
	if (c != ':') {
		word_add(framing, (unsigned char)g_ascii_tolower((char)c));
		return is_token(c) ? FRAMING_TAKEN : FRAMING_BAD_NAME;
	}
	if (framing->word_bytes == 0) {
		return FRAMING_BAD_NAME;
	}
	framing->field = -1;
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
		if (word_is(framing, watched[i].name)) {
			framing->field = (int)i;
		}
	}
	go(framing, AT_VALUE_START);
	if (framing->field >= 0 && framing->seen & (1u << framing->field)) {
		return FRAMING_TWICE;
	}
	framing->seen |= framing->field >= 0 ? 1u << framing->field : 0;
	return FRAMING_TAKEN;
}

/* A line that begins with a space would be folded onto the one before; is_token() refuses it. */
static enum framing_refusal step_name_start(struct framing *framing, unsigned char c)
{
	if (c == '\r') {
		go(framing, AT_HEAD_LF);
		return FRAMING_TAKEN;
	}
	framing->head_lines++;
	if (framing->head_lines > HEAD_LINES_MAX) {
		return FRAMING_HEAD_TOO_LARGE;
	}
	return step_name(framing, c);
}

static enum framing_refusal value_end(struct framing *framing)
{
	enum framing_refusal refusal = FRAMING_TAKEN;

	while (framing->word_bytes > 0 && framing->word[framing->word_bytes - 1] == ' ') {
		framing->word[--framing->word_bytes] = '\0';
	}
	if (framing->field >= 0 && watched[framing->field].check) {
		refusal = watched[framing->field].check(framing);
	}
	go(framing, AT_LINE_LF);
	return refusal;
}

static enum framing_refusal step_value(struct framing *framing, unsigned char c)
{
	framing->state = AT_VALUE;
	if (c == '\r') {
		return value_end(framing);
	}
	word_add(framing, c);
	return c >= ' ' && c < 0x7F ? FRAMING_TAKEN : FRAMING_BAD_VALUE;
}

static enum framing_refusal step_value_start(struct framing *framing, unsigned char c)
{
	return c == ' ' ? FRAMING_TAKEN : step_value(framing, c);
}

static enum framing_refusal step_head_lf(struct framing *framing, unsigned char c)
{
	return c == '\n' ? head_end(framing) : FRAMING_BAD_LINE_END;
}

/* Chunks: plain hexadecimal sizes, no extensions, no trailers. */

static enum framing_refusal step_chunk_size(struct framing *framing, unsigned char c)
{
	if (c != '\r') {
		word_add(framing, c);
		framing->left =
			framing->left * 16 + (uint64_t)MAX(g_ascii_xdigit_value((char)c), 0);
		return g_ascii_isxdigit(c) && framing->word_bytes <= CHUNK_SIZE_DIGITS_MAX
			       ? FRAMING_TAKEN
			       : FRAMING_BAD_CHUNK;
	}
	if (framing->word_bytes == 0) {
		return FRAMING_BAD_CHUNK;
	}
	if (framing->left > framing->message_body_max - framing->body_bytes) {
		return FRAMING_BODY_TOO_LARGE;
	}
	framing->body_bytes += framing->left;
	go(framing, AT_CHUNK_SIZE_LF);
	return FRAMING_TAKEN;
}

static enum framing_refusal step_chunk_size_lf(struct framing *framing, unsigned char c)
{
	go(framing, framing->left > 0 ? AT_CHUNK : AT_LAST_CR);
	return c == '\n' ? FRAMING_TAKEN : FRAMING_BAD_CHUNK;
}

static enum framing_refusal step_chunk_cr(struct framing *framing, unsigned char c)
{
	go(framing, AT_CHUNK_LF);
	return c == '\r' ? FRAMING_TAKEN : FRAMING_BAD_CHUNK;
}

static enum framing_refusal step_chunk_lf(struct framing *framing, unsigned char c)
{
	go(framing, AT_CHUNK_SIZE);
	return c == '\n' ? FRAMING_TAKEN : FRAMING_BAD_CHUNK;
}

static enum framing_refusal step_last_cr(struct framing *framing, unsigned char c)
{
	go(framing, AT_LAST_LF);
	return c == '\r' ? FRAMING_TAKEN : FRAMING_BAD_CHUNK;
}

static enum framing_refusal step_last_lf(struct framing *framing, unsigned char c)
{
	return c == '\n' ? message_end(framing) : FRAMING_BAD_CHUNK;
}

static enum framing_refusal (*const steps[AT_COUNT])(struct framing *framing, unsigned char c) = {
	[AT_METHOD] = step_method,
	[AT_TARGET] = step_target,
	[AT_VERSION] = step_version,
	[AT_LINE_LF] = step_line_lf,
	[AT_NAME_START] = step_name_start,
	[AT_NAME] = step_name,
	[AT_VALUE_START] = step_value_start,
	[AT_VALUE] = step_value,
	[AT_HEAD_LF] = step_head_lf,
	[AT_CHUNK_SIZE] = step_chunk_size,
	[AT_CHUNK_SIZE_LF] = step_chunk_size_lf,
	[AT_CHUNK_CR] = step_chunk_cr,
	[AT_CHUNK_LF] = step_chunk_lf,
	[AT_LAST_CR] = step_last_cr,
	[AT_LAST_LF] = step_last_lf,
};

/* Bodies are long and say nothing about framing, so they are stepped over, not walked through. */
static size_t body_skip(struct framing *framing, size_t length)
{
	size_t skipped = length < framing->left ? length : (size_t)framing->left;

	framing->left -= skipped;
	if (framing->left == 0 && framing->state == AT_CHUNK) {
		go(framing, AT_CHUNK_CR);
	} else if (framing->left == 0) {
		message_end(framing);
	}
	return skipped;
}

static enum framing_refusal head_step(struct framing *framing, unsigned char c)
{
	if (framing->state <= AT_HEAD_LF && ++framing->head_bytes > HEAD_BYTES_MAX) {
		return FRAMING_HEAD_TOO_LARGE;
	}
	return steps[framing->state](framing, c);
}

enum framing_refusal framing_feed(struct framing *framing, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	const unsigned char *end = at + length;

	while (at < end && !framing->refusal) {
		if (framing->state == AT_BODY || framing->state == AT_CHUNK) {
			at += body_skip(framing, (size_t)(end - at));
		} else {
			framing->refusal = head_step(framing, *at++);
		}
	}
	return framing->refusal;
}

enum framing_phase framing_phase(const struct framing *framing)
{
	if (framing->state > AT_HEAD_LF) {
		return FRAMING_BODY;
	}
	return framing->head_bytes > 0 ? FRAMING_HEAD : FRAMING_BETWEEN;
}

enum hoso_error framing_error(enum framing_refusal refusal)
{
	static const enum hoso_error errors[FRAMING_REFUSAL_COUNT] = {
#define X(name, error, word) [name] = error,
		FRAMING_REFUSALS(X)
#undef X
	};

	return errors[refusal];
}

const char *framing_word(enum framing_refusal refusal)
{
	static const char *const words[FRAMING_REFUSAL_COUNT] = {[FRAMING_TAKEN] = "taken",
#define X(name, error, word) [name] = word,
		FRAMING_REFUSALS(X)
#undef X
	};

	return words[refusal];
}
