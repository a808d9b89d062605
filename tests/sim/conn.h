#ifndef HOSO_TESTS_SIM_CONN_H
#define HOSO_TESTS_SIM_CONN_H

#include "io/loop.h"

/* What stands in for io/pg_conn: the client's end of a session at the simulated server. */

/** conn_who() - connections made from now on belong to this daemon. */
void conn_who(unsigned who);

#endif
