#ifndef HOSO_HTTP_FRAMING_BUFFER_H
#define HOSO_HTTP_FRAMING_BUFFER_H

#include "http/framing.h"

struct evbuffer;

/** framing_feed_end() - framing_feed() of the last @length bytes of @buffer, where they lie. */
enum framing_refusal framing_feed_end(
	struct framing *framing, struct evbuffer *buffer, size_t length);

#endif
