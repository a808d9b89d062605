#include "unit.h"

#include <string.h>

#include "base/text.h"
#include "base/uuid7.h"
#include "model/chain.h"

/* The expected digests were made with Python's hashlib from the README's description, not with this code. */

static struct chain_event event_for_test(void)
{
	struct chain_event event = {
		.dseq = 3,
		.item_code = "RR123456785VN",
		.kind = EVENT_DELIVERED,
		.occurred_at_ms = 1795402800000,
		.recorded_at_ms = 1795402801234,
		.account = 42,
		.role = ROLE_COURIER,
		.office = 7,
		.device = "pda-3",
		.verdict = VERDICT_LATE,
		.why = HOSO_OK,
		.leg_state = LEG_DELIVERED,
		.data = "{\"note\":\"đã phát\"}",
	};

	assert_true(uuid7_parse("01935b2e-7c00-7abc-8def-0123456789ab", &event.event_id));
	assert_true(uuid7_parse("01935b2e-7c00-7000-8000-000000000001", &event.dossier_id));
	return event;
}

static void assert_digest(const struct digest *digest, const char *expected)
{
	char text[DIGEST_TEXT_SIZE];

	text_hex(digest->bytes, sizeof digest->bytes, text);
	assert_string_equal(text, expected);
}

static void the_hash_is_what_anybody_can_compute(void **state)
{
	struct chain_event event = event_for_test();
	struct digest previous = {{0}};
	struct digest hash = chain_hash(&previous, &event);

	(void)state;
	assert_digest(&hash, "034247e77a259f04e7dd9131555fac9d717d058767e3e6fdbe8dd4b5efa733bd");
	for (uint8_t i = 0; i < sizeof previous.bytes; i++) {
		previous.bytes[i] = i;
	}
	hash = chain_hash(&previous, &event);
	assert_digest(&hash, "a6672d09a8e28c46c9b79a9ca406d9e991b0a5bc0b8c46397d180b67aa242b6d");
}

/* One event for each of its members, with that member changed. */
static unsigned make_variants(struct chain_event variants[20])
{
	unsigned count = 0;

	for (unsigned i = 0; i < 20; i++) {
		variants[i] = event_for_test();
	}
	variants[count++].event_id.bytes[15] ^= 1;
	variants[count++].dossier_id.bytes[15] ^= 1;
	variants[count++].dseq++;
	variants[count++].item_code = "RR123456786VN";
	variants[count++].kind = EVENT_HELD;
	variants[count++].occurred_at_ms++;
	variants[count++].recorded_at_ms++;
	variants[count++].account++;
	variants[count++].role = ROLE_CLERK;
	variants[count++].office++;
	variants[count++].device = "pda-4";
	variants[count++].verdict = VERDICT_RECORDED;
	variants[count++].why = HOSO_WRONG_STATE;
	variants[count++].leg_state = LEG_HELD;
	variants[count++].data = "{\"note\":\"đã phat\"}";
	/* Values that would run together if nothing stood between them. */
	variants[count].dseq = 31;
	variants[count++].item_code = "R123456785VN";
	variants[count].account = 4;
	variants[count++].recorded_at_ms = 17954028012342;
	return count;
}

static void every_member_changes_the_hash(void **state)
{
	struct chain_event variants[20];
	struct digest hashes[21];
	struct digest previous = {{0}};
	struct chain_event event = event_for_test();
	unsigned count = make_variants(variants);

	(void)state;
	hashes[count] = chain_hash(&previous, &event);
	for (unsigned i = 0; i < count; i++) {
		hashes[i] = chain_hash(&previous, &variants[i]);
	}
	for (unsigned i = 0; i <= count; i++) {
		for (unsigned other = 0; other < i; other++) {
			assert_memory_not_equal(&hashes[i], &hashes[other], sizeof hashes[i]);
		}
	}
}

static void every_byte_of_the_past_changes_the_hash(void **state)
{
	struct chain_event event = event_for_test();
	struct digest none = {{0}};
	struct digest first = chain_hash(&none, &event);

	(void)state;
	for (size_t i = 0; i < sizeof none.bytes; i++) {
		struct digest previous = none;
		struct digest hash;

		previous.bytes[i] = 0x80;
		hash = chain_hash(&previous, &event);
		assert_memory_not_equal(&hash, &first, sizeof hash);
	}
}

static void the_claim_is_what_the_scanner_said_and_nothing_else(void **state)
{
	static const char *const data = "{\"note\":\"đã phát\"}";
	struct digest claim =
		chain_content(42, "VT-01", "RR123456785VN", EVENT_DELIVERED, 1795402800000, data);
	const struct digest others[] = {
		chain_content(43, "VT-01", "RR123456785VN", EVENT_DELIVERED, 1795402800000, data),
		chain_content(42, "VT-02", "RR123456785VN", EVENT_DELIVERED, 1795402800000, data),
		chain_content(42, "VT-01", "RR123456786VN", EVENT_DELIVERED, 1795402800000, data),
		chain_content(42, "VT-01", "RR123456785VN", EVENT_HELD, 1795402800000, data),
		chain_content(42, "VT-01", "RR123456785VN", EVENT_DELIVERED, 1795402800001, data),
		chain_content(42, "VT-01", "RR123456785VN", EVENT_DELIVERED, 1795402800000, "{}"),
	};

	(void)state;
	assert_digest(&claim, "9fc71b88d3c9e22073199c04a3ae373924f3c6fe1aa8d9382b38fcba109f1cfc");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_memory_not_equal(&claim, &others[i], sizeof claim);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_what_anybody_can_compute),
		cmocka_unit_test(every_member_changes_the_hash),
		cmocka_unit_test(every_byte_of_the_past_changes_the_hash),
		cmocka_unit_test(the_claim_is_what_the_scanner_said_and_nothing_else),
	};

	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
