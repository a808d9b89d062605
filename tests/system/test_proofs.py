"""Pictures that prove deliveries: before their event, after it, never; whole, in parts, cut off; and what is none."""

import hashlib
import secrets

import pytest

from lib import wait
from lib.api import scan
from lib.office import Office, at
from lib.oracle import Oracle
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import TO_CITIZEN

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"
PART = 64 * 1024
PROOF_BYTES_MAX = 2 * 1024 * 1024


@pytest.fixture(scope="module")
def office(contract):
    portal = PortalSim(()).start()
    with Standalone() as running:
        made = Office(running, contract, portal)
        yield made
        damage = Oracle(running).damage()
        made.close()
        portal.close()
        damage.must_be_none()


def picture(size=40_000, beginning=PNG):
    """(bytes, SHA-256 in hexadecimal); no two are alike."""
    content = beginning + secrets.token_bytes(size - len(beginning))
    return content, hashlib.sha256(content).hexdigest()


def put(office, content, sha256, login="courier", media="image/png", span=None, **options):
    """@span: (from, to) of the content, as a part; the whole otherwise."""
    headers = {"content-type": media}
    body = content
    if span:
        body = content[span[0]:span[1]]
        headers["content-range"] = f"bytes {span[0]}-{span[1] - 1}/{len(content)}"
    return office.person(login).request("PUT", f"/v1/proofs/{sha256}", content=body, headers=headers, **options)


def have(office, sha256, login="courier"):
    reply = office.person(login).request("HEAD", f"/v1/proofs/{sha256}")
    assert reply.status_code == 200
    return int(reply.headers["upload-offset"]), reply.headers["upload-complete"] == "?1"


def fetch(office, sha256, login="clerk"):
    return office.person(login).get(f"/v1/proofs/{sha256}")


def delivered(office, **proofs):
    """The item code of a delivery that speaks of @proofs."""
    item = office.out()
    office.take("courier", scan("delivered", item, at(0, 9), **proofs, **TO_CITIZEN))
    return item


def stored(office, sha256):
    return office.running.sql("SELECT count(*) FROM proof WHERE sha256 = decode(%s, 'hex')", sha256)[0][0]


@pytest.mark.parametrize("first", ["proof", "event"])
def test_a_proof_may_come_before_its_event_or_after(office, first):
    content, sha256 = picture(beginning=JPEG)
    if first == "event":
        delivered(office, photo=sha256)
        assert fetch(office, sha256).status_code == 404
    reply = put(office, content, sha256, media="image/jpeg")
    assert (reply.status_code, reply.json()["complete"]) == (200, True)
    if first == "proof":
        assert fetch(office, sha256).status_code == 404  # nobody's yet
        delivered(office, photo=sha256)
    reply = fetch(office, sha256)
    assert reply.status_code == 200 and reply.content == content
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-disposition"].startswith("attachment") and reply.headers["x-content-type-options"] == "nosniff"
    came = office.running.sql("SELECT came_at IS NOT NULL FROM proof_use WHERE sha256 = decode(%s, 'hex')", sha256)
    assert came == [(True,)]


def test_a_proof_is_seen_by_who_sees_the_dossier_and_each_look_is_written_down(office):
    content, sha256 = picture()
    put(office, content, sha256)
    item = delivered(office, signature=sha256)
    for login, status in (("clerk", 200), ("courier", 200), ("chief", 200), ("officer", 200), ("clerk2", 404),
                          ("officer2", 404)):
        assert fetch(office, sha256, login).status_code == status, login
    looks = office.running.sql("SELECT count(*) FROM view_log v JOIN leg l ON l.dossier_id = v.dossier_id"
                               " WHERE v.what = 'proof' AND l.item_code = %s", item)
    assert looks == [(4,)]
    assert fetch(office, "0" * 64).status_code == 404
    assert office.person("officer").request("PUT", f"/v1/proofs/{sha256}", content=content,
                                            headers={"content-type": "image/png"}).status_code == 403


def test_the_same_proof_twice_is_stored_once(office):
    content, sha256 = picture()
    for login in ("courier", "courier", "clerk"):
        assert put(office, content, sha256, login).json() == {"sha256": sha256, "bytes": len(content), "complete": True}
    assert stored(office, sha256) == 1
    first, second = delivered(office, signature=sha256), delivered(office, photo=sha256, signature=sha256)
    assert first != second and fetch(office, sha256).content == content


def test_a_proof_that_was_cut_off_goes_on_where_it_was(office):
    content, sha256 = picture(3 * PART + 1000)
    assert have(office, sha256) == (0, False)
    assert put(office, content, sha256, span=(0, PART)).status_code == 202
    # The connection breaks inside the second part: nothing of it counts.
    assert have(office, sha256) == (PART, False)
    assert put(office, content, sha256, span=(2 * PART, 3 * PART)).json()["error"] == "proof_offset"
    again = put(office, content, sha256, span=(0, PART))
    assert again.json()["error"] == "proof_offset" and again.headers["upload-offset"] == str(PART)
    assert have(office, sha256, "clerk") == (0, False)  # it is the courier's
    office.hosod.kill()
    office.hosod.start()
    at_byte, _ = have(office, sha256)
    assert at_byte == PART
    for start in range(at_byte, len(content), PART):
        reply = put(office, content, sha256, span=(start, min(start + PART, len(content))))
        assert reply.status_code in (200, 202), reply.text
    assert have(office, sha256) == (len(content), True)
    delivered(office, signature=sha256)
    assert fetch(office, sha256).content == content
    assert office.running.sql("SELECT count(*) FROM proof_part WHERE sha256 = decode(%s, 'hex')", sha256) == [(0,)]


@pytest.mark.parametrize("error, status, made", [
    ("proof_hash", 422, lambda: (picture()[0], picture()[1], {})),
    ("proof_type", 422, lambda: (*picture(beginning=JPEG), {})),
    ("proof_type", 422, lambda: (*picture(beginning=b"<html><script>alert(1)</script>"), {})),
    ("proof_type", 422, lambda: (*picture(beginning=b"%PDF-1.7"), {})),
    ("proof_type", 422, lambda: (PNG, hashlib.sha256(PNG).hexdigest(), {})),
    ("bad_media", 415, lambda: (*picture(), {"media": "text/html", "valid": False})),
    ("bad_media", 415, lambda: (*picture(), {"media": "application/pdf", "valid": False})),
    ("too_large", 413, lambda: (*picture(PROOF_BYTES_MAX + 1), {"span": (0, PART)})),
    ("too_large", 413, lambda: (*picture(1024 * 1024 + 1), {"valid": False})),
    ("bad_request", 400, lambda: (*picture(), {"span": (0, 100)})),
])
def test_what_is_no_proof_is_refused_by_its_reason(office, error, status, made):
    content, sha256, options = made()
    reply = put(office, content, sha256, **options)
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert stored(office, sha256) == 0 and have(office, sha256) == (0, False)


@pytest.mark.parametrize("span", ["bytes 0-9", "bytes 5-3/10", "bytes 0-39999/40000x", "bytes a-b/c", "0-39999/40000",
                                  "bytes 0-39998/40000", "bytes 0-39999/39999", "bytes -1-39998/40000"])
def test_a_broken_range_is_refused(office, span):
    content, sha256 = picture()
    reply = office.person("courier").request(
        "PUT", f"/v1/proofs/{sha256}", content=content, headers={"content-type": "image/png", "content-range": span})
    assert (reply.status_code, have(office, sha256)) == (400, (0, False))


def test_parts_that_come_to_another_content_are_dropped(office):
    content, _ = picture(2 * PART)
    _, sha256 = picture()
    assert put(office, content, sha256, span=(0, PART)).status_code == 202
    assert put(office, content, sha256, span=(PART, 2 * PART)).json()["error"] == "proof_hash"
    assert have(office, sha256) == (0, False) and stored(office, sha256) == 0


def test_html_behind_a_picture_s_beginning_is_saved_and_never_shown(office):
    content = PNG + b"<html><script>alert(1)</script></html>"
    sha256 = hashlib.sha256(content).hexdigest()
    assert put(office, content, sha256).status_code == 200
    delivered(office, photo=sha256)
    reply = fetch(office, sha256)
    assert reply.headers["content-type"] == "image/png" and "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["content-disposition"].startswith("attachment")


def test_an_account_has_its_share_of_a_day(office):
    with office.running.connect() as connection:
        connection.execute("ALTER TABLE hoso.proof ALTER COLUMN bytes SET STORAGE EXTENDED")
        connection.execute(
            "INSERT INTO hoso.proof (sha256, media, bytes, account_id, keep_until) SELECT sha256(n::text::bytea), 'image/png',"
            " decode(repeat('00', 2097152), 'hex'), a.id, now() + interval '1 day' FROM generate_series(1, 128) n,"
            " hoso.account a WHERE a.account = 'clerk2'")
    content, sha256 = picture()
    reply = put(office, content, sha256, "clerk2")
    assert (reply.status_code, reply.json()["error"]) == (429, "proof_quota")
    assert put(office, content, sha256, "courier").status_code == 200
    office.running.sql("UPDATE proof SET created_at = now() - interval '25 hours' WHERE account_id ="
                       " (SELECT id FROM account WHERE account = 'clerk2')")
    more, other = picture()
    assert put(office, more, other, "clerk2").status_code == 200


def test_a_proof_that_never_comes_is_missed_after_a_day(office):
    _, sha256 = picture()
    item = delivered(office, signature=sha256)
    chief = office.person("chief")

    def on_desk():
        rows = chief.get("/v1/exceptions", params={"limit": 200}).json()["items"]
        return [(row["what"], row["next_action"]) for row in rows if row["item_code"] == item]

    assert on_desk() == []
    office.running.sql("UPDATE proof_use SET recorded_at = now() - interval '25 hours' WHERE sha256 = decode(%s, 'hex')", sha256)
    assert on_desk() == [("proof_missing", "send_proof")]
    (target,) = office.running.sql("SELECT id::text FROM event WHERE item_code = %s AND kind = 'delivered'", item)[0]
    office.take("chief", scan("void", item, target=target, void_reason="incorrect_data"))
    assert on_desk() == []  # a delivery that was none needs no proof


def test_what_nobody_speaks_of_is_swept_and_what_is_spoken_of_stays(office):
    (orphan, orphan_hash), (kept, kept_hash), (old, old_hash) = picture(), picture(), picture()
    part, part_hash = picture(2 * PART)
    for content, sha256 in ((orphan, orphan_hash), (kept, kept_hash), (old, old_hash)):
        assert put(office, content, sha256).status_code == 200
    assert put(office, part, part_hash, span=(0, PART)).status_code == 202
    delivered(office, signature=kept_hash)
    delivered(office, signature=old_hash)
    office.running.sql("UPDATE proof SET keep_until = now() - interval '1 minute' WHERE sha256 = ANY ("
                       " SELECT decode(h, 'hex') FROM unnest(%s::text[]) h)", [orphan_hash, kept_hash, old_hash])
    office.running.sql("UPDATE proof_part SET created_at = now() - interval '3 days'")
    office.running.sql("UPDATE proof_use SET recorded_at = now() - interval '19 months' WHERE sha256 = decode(%s, 'hex')", old_hash)
    office.hosod.kill()
    office.hosod.start()  # it sweeps as soon as it has a session, and not with its next turn after ten seconds
    wait.until(lambda: stored(office, orphan_hash) == 0, 5, "the sweeper")
    assert stored(office, kept_hash) == 1 and stored(office, old_hash) == 0
    assert have(office, part_hash) == (0, False)


@pytest.mark.parametrize("first", ["proof", "event"])
def test_hosod_killed_between_a_proof_and_its_event_loses_neither(office, first):
    content, sha256 = picture()
    item = office.out()
    made = scan("delivered", item, at(0, 9), signature=sha256, **TO_CITIZEN)
    if first == "proof":
        assert put(office, content, sha256).status_code == 200
    else:
        office.take("courier", made)
    office.hosod.kill()
    office.hosod.start()
    if first == "proof":
        office.take("courier", made)
    else:
        assert put(office, content, sha256).status_code == 200
    (again,) = office.send("courier", made)
    assert again["replayed"] and again["leg_state"] == "delivered"
    assert fetch(office, sha256).content == content
    assert put(office, content, sha256).status_code == 200 and stored(office, sha256) == 1
