#ifndef HOSO_API_DOSSIER_INSTANTS_H
#define HOSO_API_DOSSIER_INSTANTS_H

#include <jansson.h>

/**
 * dossier_instants_mark() - name what the law reckons from: the acceptance (J), the signature on the hand-over minutes
 * (QĐ 45/2016 Điều 7.4), the first attempt, which stops a result's clock (TT 17/2017 Điều 3.5). Pure.
 * @dossier: with its legs and its events in the order of time; events get "instant", the dossier "due_history".
 */
void dossier_instants_mark(json_t *dossier);

#endif
