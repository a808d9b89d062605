#ifndef HOSO_API_API_REPORT_H
#define HOSO_API_API_REPORT_H

struct exchange;

/** Live: what is known now, in any format; and the legs behind a number. */
void api_report_get(struct exchange *exchange, void *api);
void api_report_dossiers(struct exchange *exchange, void *api);

/** Closed: kept as bytes, the same for ever. */
void api_report_freeze(struct exchange *exchange, void *api);
void api_report_list(struct exchange *exchange, void *api);
void api_report_frozen(struct exchange *exchange, void *api);

#endif
