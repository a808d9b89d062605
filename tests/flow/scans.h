#ifndef HOSO_TESTS_FLOW_SCANS_H
#define HOSO_TESTS_FLOW_SCANS_H

#include <stdint.h>

#include "flow/intake.h"
#include "stage.h"

/* One intake on the stage, and scans for it: what the tests of the intake share. */

#define SCANS_MAX INTAKE_BACKLOG_WAITING_MAX

extern struct stage stage;
extern struct intake *intake;
extern struct intake_req reqs[SCANS_MAX + 1];
extern struct intake_req *answered[SCANS_MAX + 1]; /* in the order of the answers */
extern unsigned answer_count;
extern unsigned expected_count;
extern unsigned item_count; /* so that every test has items of its own */

struct intake *new_intake(const char *conninfo);

/* Of a group of tests; of each test. After each, every dossier's sequence must be 1, 2, 3 …, every leg's track whole,
 * and every acceptance must have its line. */
int make_town(void **state);
int set_up(void **state);
int tear_down(void **state);

/** new_request() - what is prepared from now on is of another request; that before has been answered. */
void new_request(void);

/** prepare() - reqs[@n]: a note, of the request that all of a test are of, or since new_request(); its time is @n milliseconds later than the
 * first one's. */
struct intake_req *prepare(unsigned n, const char *code);
struct intake_req *prepare_acceptance(unsigned n, const char *code);

/** new_item() - an item code that no test has used; valid until the next call. */
const char *new_item(void);

/** submit() - and see that nobody is answered inside the call. */
void submit(struct intake *to, struct intake_req *req);
void scan_answered(struct intake_req *req);

/** wait_for_rest() - until it has nothing in the air: a batch whose scans were all postponed lands behind the answers. */
void wait_for_rest(struct intake *of);

/** wait_for() - until so many scans are answered, since the test began. */
void wait_for(unsigned count);

#endif
