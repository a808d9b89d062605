#ifndef HOSO_API_API_VISIT_H
#define HOSO_API_API_VISIT_H

#include "http/exchange.h"

/* Visits by appointment. Written in api_visit.c, read in api_visit_read.c, offered in api_visit_hours.c. */

void api_visit_book(struct exchange *exchange, void *api);
void api_visit_change(struct exchange *exchange, void *api);

void api_visit_list(struct exchange *exchange, void *api);
void api_visit_search(struct exchange *exchange, void *api);
void api_visit_get(struct exchange *exchange, void *api);
void api_visit_mine(struct exchange *exchange, void *api);
void api_visit_board(struct exchange *exchange, void *api);
void api_visit_couriers(struct exchange *exchange, void *api);

void api_visit_slots(struct exchange *exchange, void *api);
void api_visit_hours_get(struct exchange *exchange, void *api);
void api_visit_hours_put(struct exchange *exchange, void *api);

#endif
