#ifndef HOSO_API_API_HEALTH_H
#define HOSO_API_API_HEALTH_H

#include "http/exchange.h"

void api_health_livez(struct exchange *exchange, void *api); /* the loop turns */
void api_health_readyz(
	struct exchange *exchange, void *api); /* scans can be recorded; 503 says why not */
void api_health_metrics(struct exchange *exchange, void *api); /* Prometheus text 0.0.4 */

#endif
