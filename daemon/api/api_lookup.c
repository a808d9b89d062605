#include "api/api_lookup.h"

#include "api/api.h"
#include "api/api_json.h"
#include "api/lookup_walk.h"

static json_t *progress_json(const struct lookup_answer *answer)
{
	const struct progress *progress = answer->progress;
	json_t *steps = json_array();

	for (unsigned i = 0; i < progress->count; i++) {
		enum progress_stage stage = progress->steps[i].stage;
		json_t *step = json_pack("{s:s, s:s}", "stage", progress_wire(stage), "text",
			progress_words(stage, HOSO_VI));
		json_object_set_new(step, "at", api_time(progress->steps[i].at_ms));
		json_array_append_new(steps, step);
	}
	return json_pack("{s:s, s:o, s:s, s:o}", "code", answer->code, "progress", steps, "next",
		progress->next, "until", api_text_or_null(progress->until));
}

static void answered(struct exchange *exchange, const struct lookup_answer *answer)
{
	if (answer->wait_s > 0) {
		api_problem_later(exchange, answer->error, answer->wait_s);
	} else if (answer->error) {
		api_problem(exchange, answer->error, answer->member);
	} else {
		api_reply(exchange, 200, progress_json(answer));
	}
}

void api_lookup_post(struct exchange *exchange, void *arg)
{
	json_t *question = NULL;
	enum hoso_error error = api_body(exchange, &question);

	lookup_walk(arg, exchange, question, error, HOSO_VI, answered);
}
