#ifndef HOSO_API_API_PUBLIC_PAGE_H
#define HOSO_API_API_PUBLIC_PAGE_H

#include "http/exchange.h"

/*
 * /thu-tuc and /buu-cuc: what the post publishes (niêm yết công khai) as pages, for whoever has a browser and nothing
 * else. What is found is what /v1/public/catalogue finds, at the same bounded rate.
 */
void api_public_page_procedures(struct exchange *exchange, void *api);
void api_public_page_offices(struct exchange *exchange, void *api);

/** api_public_page_refuse() - what the server refuses by itself: a page to whoever wanted a page, a problem to the others. */
void api_public_page_refuse(struct exchange *exchange, enum hoso_error error, void *api);

#endif
