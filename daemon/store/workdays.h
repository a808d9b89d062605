#ifndef HOSO_STORE_WORKDAYS_H
#define HOSO_STORE_WORKDAYS_H

#include "io/pg_conn.h"
#include "model/workday.h"

/** workdays_ask() - the calendar around the local @day, as far as deadlines look. */
void workdays_ask(struct pg_trip *trip, int32_t day);

/** workdays_learn() - what step @step of @trip brought. */
struct calendar workdays_learn(const struct pg_trip *trip, unsigned step);

#endif
