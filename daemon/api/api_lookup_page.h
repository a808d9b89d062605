#ifndef HOSO_API_API_LOOKUP_PAGE_H
#define HOSO_API_API_LOOKUP_PAGE_H

#include "http/exchange.h"

/*
 * /tra-cuu: the public look-up as a page, for whoever has a browser and nothing else. What is asked and what is answered
 * are those of POST /v1/lookup, and so are its limits. A code is never in the address: it would be in histories and logs.
 */
void api_lookup_page_get(struct exchange *exchange, void *api);
void api_lookup_page_post(struct exchange *exchange, void *api);

/** api_lookup_page_refuse() - what the server refuses by itself of this page's, as a page. */
void api_lookup_page_refuse(struct exchange *exchange, enum hoso_error error, void *api);

#endif
