#ifndef HOSO_HTTP_FRAMING_H
#define HOSO_HTTP_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/limits.h>

/*
 * A strict, pure machine for the framing of HTTP/1.1 requests (RFC 9112). It sees every byte of a
 * connection before evhttp does, and takes only messages about whose ends nobody can disagree:
 * evhttp, like many parsers, accepts more, and what two parsers cut differently lets a second
 * request be smuggled behind a first.
 *
 * Taken: METHOD SP /target SP HTTP/1.1 (or 1.0) CRLF, names of token characters, values of
 * printable ASCII, exactly one Host, and one Content-Length of digits or one "chunked", never both.
 * Refused among others: bare LF, folding, tabs, NUL, obs-text, chunk extensions, trailers,
 * absolute-form, any Expect but 100-continue, a body on a method that evhttp gives none.
 */

/* Name, error that answers it, word for the log. */
/* clang-format off */
#define FRAMING_REFUSALS(X) \
	X(FRAMING_BAD_METHOD, HOSO_BAD_REQUEST, "method") \
	X(FRAMING_BAD_TARGET, HOSO_BAD_REQUEST, "target") \
	X(FRAMING_BAD_VERSION, HOSO_BAD_REQUEST, "version") \
	X(FRAMING_BAD_LINE_END, HOSO_BAD_REQUEST, "line_end") \
	X(FRAMING_BAD_NAME, HOSO_BAD_REQUEST, "field_name") \
	X(FRAMING_BAD_VALUE, HOSO_BAD_REQUEST, "field_value") \
	X(FRAMING_TWICE, HOSO_BAD_REQUEST, "field_twice") \
	X(FRAMING_BAD_HOST, HOSO_BAD_REQUEST, "host") \
	X(FRAMING_BAD_LENGTH, HOSO_BAD_REQUEST, "content_length") \
	X(FRAMING_BAD_CODING, HOSO_BAD_REQUEST, "transfer_encoding") \
	X(FRAMING_BAD_EXPECT, HOSO_BAD_REQUEST, "expect") \
	X(FRAMING_BAD_BODY, HOSO_BAD_REQUEST, "body_without_meaning") \
	X(FRAMING_BAD_CHUNK, HOSO_BAD_REQUEST, "chunk") \
	X(FRAMING_HEAD_TOO_LARGE, HOSO_HEAD_TOO_LARGE, "head_too_large") \
	X(FRAMING_BODY_TOO_LARGE, HOSO_TOO_LARGE, "body_too_large")
/* clang-format on */

enum framing_refusal {
	FRAMING_TAKEN,
#define X(name, error, word) name,
	FRAMING_REFUSALS(X)
#undef X
		FRAMING_REFUSAL_COUNT
};

enum framing_phase { FRAMING_BETWEEN, FRAMING_HEAD, FRAMING_BODY };

#define FRAMING_WORD_MAX                                                                           \
	255 /* bytes; the longest value that is looked at is Host: a domain name and a port */

/**
 * struct framing - one connection's place in its messages; read only @messages and @body_bytes from
 * outside.
 * @messages:   whole messages so far.
 * @body_bytes: of the message being read: its Content-Length, or its chunks so far.
 */
struct framing {
	uint64_t messages;
	uint64_t left; /* bytes to come of the body or of the chunk */
	size_t body_max;
	const char *long_target;
	size_t long_body_max;
	size_t message_body_max; /* one of the two */
	size_t body_bytes;
	size_t head_bytes;
	unsigned head_lines;
	unsigned seen; /* bit per watched field */
	int state;
	int field; /* the watched field whose value is being read, or -1 */
	enum framing_refusal refusal;
	bool chunked;
	bool old;        /* HTTP/1.0 */
	bool takes_body; /* the method may have one */
	bool word_full;
	unsigned word_bytes;
	char word[FRAMING_WORD_MAX + 1];
};

/**
 * framing_init() - at the beginning of a connection. @body_max: bytes of the largest body that
 * any route takes.
 */
void framing_init(struct framing *framing, size_t body_max);

/**
 * framing_allow_long() - bodies sent to @target may be so long; borrowed for life. The query is not
 * looked at, and another spelling of the same path gets no more than the others.
 */
void framing_allow_long(struct framing *framing, const char *target, size_t body_max);

/** framing_is_long() - is the body of the message being read longer than @body_max of framing_init()? */
bool framing_is_long(const struct framing *framing);

/**
 * framing_feed() - the next @length bytes, cut anywhere.
 *
 * Returns FRAMING_TAKEN, or why the bytes are refused; a refusal is final: every later call returns
 * it again. When refused, @messages tells how many whole messages came before the bad one.
 */
enum framing_refusal framing_feed(struct framing *framing, const void *bytes, size_t length);

/** framing_phase() - where the machine stands: between messages, in a head, in a body. */
enum framing_phase framing_phase(const struct framing *framing);

/** framing_error() - what answers the refusal; HOSO_OK for FRAMING_TAKEN. */
enum hoso_error framing_error(enum framing_refusal refusal);

/** framing_word() - the refusal for the log; never NULL. */
const char *framing_word(enum framing_refusal refusal);

#endif
