#ifndef HOSO_API_API_STEP_H
#define HOSO_API_API_STEP_H

#include <jansson.h>

#include "flow/judge_step.h"
#include "http/exchange.h"

/* What an agency, or a supervisor for it, says of a dossier: result ready, supplement, refusal, due date. */
void api_step_post(struct exchange *exchange, void *api);

/** api_step_json() - what a step was answered; @answer has no error. */
json_t *api_step_json(const struct step *step, const struct step_answer *answer);

#endif
