#ifndef HOSO_HTTP_REFUSAL_H
#define HOSO_HTTP_REFUSAL_H

#include <hoso/error.h>

struct evbuffer;

/**
 * refusal_write() - the whole answer to bytes that never became a request: a problem, and goodbye.
 *
 * In Vietnamese, because what language the client wants was not read.
 */
void refusal_write(struct evbuffer *output, enum hoso_error error);

#endif
