"""A counter's catalogue: what its procedures want, cost and forbid, and how far its agencies are."""

FULL = "1.004222"       # papers, fees, both ways
SEND_ONLY = "1.004333"  # the result is fetched in person
RETURN_ONLY = "1.004444"

_MAKE = """
INSERT INTO hoso.area (code, name) VALUES ('TV', 'Địa bàn Trung tâm'), ('HB', 'Địa bàn Hải Bình') ON CONFLICT DO NOTHING;
INSERT INTO hoso.area_relation (area, other, relation) VALUES ('HB', 'TV', 'province') ON CONFLICT DO NOTHING;
UPDATE hoso.office SET area = 'TV' WHERE code LIKE 'KT_';
UPDATE hoso.agency SET area = CASE code WHEN 'KT.A1' THEN 'TV' ELSE 'HB' END WHERE code LIKE 'KT.A_';
INSERT INTO hoso.procedure (code, name, field_code, field_name, fee_vnd, send_by_post, return_by_post, days, valid_from)
 VALUES ('1.004222', 'Đăng ký thường trú', 'G01-CT01', 'Cư trú', 15000, true, true, 7, '2020-01-01'),
  ('1.004333', 'Cấp giấy phép xây dựng', 'XD', 'Xây dựng', 0, true, false, 20, '2020-01-01'),
  ('1.004444', 'Cấp phiếu lý lịch tư pháp', 'TP', 'Tư pháp', 0, false, true, 10, '2020-01-01') ON CONFLICT DO NOTHING;
INSERT INTO hoso.procedure_paper (procedure_id, no, name, original, certified, copy, required, guidance)
 SELECT p.id, v.* FROM hoso.procedure p, (VALUES
  (1, 'Tờ khai thay đổi thông tin cư trú (CT01)', 1, 0, 0, true, 'Mẫu CT01 có tại quầy hoặc trên Cổng DVC.'),
  (2, 'Giấy tờ chứng minh chỗ ở hợp pháp', 0, 1, 0, true, 'Chứng thực tại UBND cấp xã.'),
  (3, 'Ảnh 4x6', 0, 0, 2, false, '')) AS v
 WHERE p.code = '1.004222' ON CONFLICT DO NOTHING;
INSERT INTO hoso.procedure_fee (procedure_id, no, kind, name, amount_vnd)
 SELECT p.id, v.* FROM hoso.procedure p, (VALUES (1, 'le_phi', 'Lệ phí đăng ký cư trú', 15000)) AS v
 WHERE p.code = '1.004222' ON CONFLICT DO NOTHING;
INSERT INTO hoso.postage (relation, grams_max, amount_vnd, valid_from)
 VALUES ('district', 100, 26500, '2020-01-01'), ('district', 500, 30550, '2020-01-01'),
  ('province', 100, 31000, '2020-01-01'), ('province', 500, 38000, '2020-01-01') ON CONFLICT DO NOTHING;
INSERT INTO hoso.concession (code, name, percent, valid_from)
 VALUES ('HN', 'Hộ nghèo', 50, '2020-01-01'), ('NCC', 'Người có công', 100, '2020-01-01') ON CONFLICT DO NOTHING;
INSERT INTO hoso.concession (code, name, percent, valid_from, valid_to)
 SELECT v.code, v.code, 30, '2020-01-01', (now() - v.ago)::date
 FROM (VALUES ('VUAHET', interval '10 days'), ('HETLAU', interval '100 days')) AS v (code, ago)
 WHERE NOT EXISTS (SELECT FROM hoso.concession c WHERE c.code = v.code);
"""


def furnish(running):
    """Into the database of a Standalone that has a World."""
    running.sql(_MAKE)
