#ifndef HOSO_API_API_BOARD_H
#define HOSO_API_API_BOARD_H

#include "http/exchange.h"

struct board;
struct loop;
struct pg_pool;

/* How the day goes at the supervisor's office and below: once, and as it changes (server-sent events). */
void api_board_get(struct exchange *exchange, void *api);
void api_board_stream(struct exchange *exchange, void *api);

/** struct board_streams - those who look on, and those who wait for a first answer. */
struct board_streams;

/** board_streams_new() - @pool is asked whose sessions go on. */
struct board_streams *board_streams_new(
	struct loop *loop, struct board *board, struct pg_pool *pool);

/** board_streams_stop() - all are ended, and none begins: their readers open another one, at another daemon perhaps. */
void board_streams_stop(struct board_streams *streams);
/** board_streams_free() - before the pool: what is asked is answered until that is gone. */
void board_streams_free(struct board_streams *streams);

#endif
