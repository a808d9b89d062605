"""The planted bugs around what people see, sign and pay: the rest of table.py."""

from mutant import Mutant

PUBLIC_TESTS = "tests/system/test_public.py::"
BOARD_TESTS = "tests/system/test_board.py::"
DEVICE_TESTS = "tests/system/test_devices.py::"

PUBLIC = (
    Mutant("page-not-escaped", "daemon/api/public_page.c",
           "g_markup_escape_text(visible, -1);", "g_strdup(visible);",
           "what somebody wrote runs in a citizen's browser",
           (PUBLIC_TESTS + "test_what_an_office_is_called_is_only_ever_text",)),
    Mutant("page-asked-from-elsewhere", "daemon/api/api_lookup_page.c",
           'return site && strcmp(site, "same-origin")', 'return false && strcmp(site, "same-origin")',
           "another site guesses digits through its visitors' browsers",
           (PUBLIC_TESTS + "test_another_site_cannot_ask_through_its_visitors",)),
    Mutant("board-without-scope", "daemon/store/board_read.c",
           "LEFT JOIN office_scope s ON s.ancestor = asked", "LEFT JOIN office_scope s ON true",
           "a supervisor sees other offices' items",
           (BOARD_TESTS + "test_each_sees_their_office_and_below_and_nothing_else",)),
    Mutant("board-counts-twice", "daemon/store/board_read.c",
           "txid >= $2::bigint AND", "txid >= $2::bigint - 1000 AND",
           "what was taken in once is counted again and again",
           (BOARD_TESTS + "test_it_begins_with_the_whole_picture_and_goes_on_with_what_comes",)),
    Mutant("board-forgets-who-was-here", "daemon/api/api_board.c",
           "stream->resumes = last && ", "stream->resumes = false && last && ",
           "each minute the whole board is sent to everybody",
           (BOARD_TESTS + "test_who_comes_back_gets_what_came_since_and_nothing_twice",)),
    Mutant("slow-reader-kept", "daemon/http/exchange.c",
           "> STREAM_BUFFER_MAX) {", "> 1024 * STREAM_BUFFER_MAX) {",
           "a reader that does not read takes the daemon's memory",
           ("tests/system/test_http_limits.py::test_who_does_not_read_a_stream_is_let_go",)),
    Mutant("lost-device-takes-all-along", "daemon/store/device.c",
           "s.device = $5 AND ", "$5 <> '' AND ",
           "a lost telephone signs its owner out at the counter, too",
           (DEVICE_TESTS + "test_a_lost_device_is_out_at_once_and_nothing_else_is",)),
    Mutant("lost-device-still-remembered", "daemon/api/api_device.c",
           "api_guard_forget();", "",
           "whoever found the telephone works on for four seconds",
           (DEVICE_TESTS + "test_a_lost_device_is_out_at_once_and_nothing_else_is",)),
)

MANIFEST_TESTS = "tests/system/test_manifests.py::"
MONEY_TESTS = "tests/system/test_money.py::"

HANDOVER = (
    Mutant("booking-believes-any-commit", "daemon/flow/booking.c",
           ".warned = trip->warned,", ".warned = false,",
           "a hand-over that only this server has is signed as one that the standby has", ("flow_booking",)),
    Mutant("booking-does-not-hear-its-affair", "daemon/flow/booking.c",
           "return affair->judged ? affair->judged(booking) : first_error(booking);",
           "return affair->judged ? HOSO_OK : first_error(booking);",
           "what the rules did not allow is recorded all the same", ("flow_booking",)),
    Mutant("booking-settled-is-kept-again", "daemon/flow/booking.c",
           "bookings->verdict || booking->is_settled ? BOOKINGS_UNDOING", "bookings->verdict ? BOOKINGS_UNDOING",
           "after a lost answer the same hand-over is written a second time", ("flow_booking",)),
    Mutant("booking-does-not-wait", "daemon/flow/booking.c",
           "\tif (is_busy(bookings, booking)) {", "\tif (false && is_busy(bookings, booking)) {",
           "a dossier that somebody else has in hand gets a second sequence", ("flow_booking",)),
    Mutant("revision-not-looked-at-again", "daemon/flow/manifest_close.c",
           "return lock.revision == closing->revision ? HOSO_OK : HOSO_MANIFEST_CHANGED;", "return HOSO_OK;",
           "an item is on the signed minutes that its signer never saw", ("flow_manifest",)),
    Mutant("void-leaves-the-money", "daemon/flow/judge_money.c",
           "if (scan->kind == EVENT_VOID) {", "if (false) {",
           "somebody is held to money that was never taken",
           (MONEY_TESTS + "test_a_void_takes_back_by_new_entries",)),
    Mutant("receipt-given-twice", "daemon/flow/judge_money.c",
           "strcmp(receipt->item_code, scan->code.text) != 0 ? receipt : NULL", "false ? receipt : NULL",
           "two citizens have the same receipt", (MONEY_TESTS + "test_a_receipt_number_is_given_once",)),
    Mutant("handed-in-twice", "daemon/store/money_hand_in.c",
           " AND NOT EXISTS (SELECT FROM short) RETURNING m.*", " RETURNING m.*",
           "the same cash is in the safe twice", (MONEY_TESTS + "test_nobody_hands_in_more_than_they_hold",)),
    Mutant("today-in-yesterday", "daemon/store/money_day.c",
           "e.booked_on > $3::date", "e.booked_on > $3::date + 1",
           "who counts after midnight has a difference that is none",
           (MONEY_TESTS + "test_days_are_cut_at_local_midnight",)),
)
