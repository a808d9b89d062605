#include "http/framing_buffer.h"

#include <event2/buffer.h>

enum framing_refusal framing_feed_end(
	struct framing *framing, struct evbuffer *buffer, size_t length)
{
	enum framing_refusal refusal = FRAMING_TAKEN;
	struct evbuffer_ptr at;

	evbuffer_ptr_set(buffer, &at, evbuffer_get_length(buffer) - length, EVBUFFER_PTR_SET);
	while (length > 0 && !refusal) {
		struct evbuffer_iovec part;
		evbuffer_peek(buffer, (ev_ssize_t)length, &at, &part, 1);
		refusal = framing_feed(framing, part.iov_base, part.iov_len);
		length -= part.iov_len;
		evbuffer_ptr_set(buffer, &at, part.iov_len, EVBUFFER_PTR_ADD);
	}
	return refusal;
}
