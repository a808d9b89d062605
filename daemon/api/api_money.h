#ifndef HOSO_API_API_MONEY_H
#define HOSO_API_API_MONEY_H

#include "http/exchange.h"

void api_money_held(struct exchange *exchange, void *api);
void api_money_hand_in_list(struct exchange *exchange, void *api);
void api_money_hand_in_post(struct exchange *exchange, void *api);
void api_money_hand_in_receive(struct exchange *exchange, void *api);
void api_money_hand_in_cancel(struct exchange *exchange, void *api);
void api_money_days(struct exchange *exchange, void *api);
void api_money_close(struct exchange *exchange, void *api);

#endif
