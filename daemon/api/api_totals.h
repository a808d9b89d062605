#ifndef HOSO_API_API_TOTALS_H
#define HOSO_API_API_TOTALS_H

struct exchange;

/** Figures that are not the post's: imported whole or not at all, with all that is wrong. */
void api_totals_post(struct exchange *exchange, void *api);
void api_totals_list(struct exchange *exchange, void *api);

#endif
