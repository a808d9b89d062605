-- A remittance leaves the office's safe, in cash as by transfer, and money that is not there leaves nobody. Run by hosod
-- migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- In cash it is a person's, but for what is handed in to the safe, what a manifest takes out of it, and what a void puts back.
ALTER TABLE money_entry DROP CONSTRAINT money_entry_check2;
ALTER TABLE money_entry ADD CONSTRAINT money_entry_hands CHECK (CASE held_by
	WHEN 'person' THEN payment = 'cash' AND (hand_in_id IS NULL OR direction = 'out')
	WHEN 'office' THEN payment <> 'cash' OR (hand_in_id IS NOT NULL AND direction = 'in')
		OR (manifest_id IS NOT NULL AND direction = 'out') OR reverses IS NOT NULL
	ELSE payment <> 'cash' END);

-- As before, and: what is signed for (a manifest, a hand-in) takes from nobody what they do not have. Two at one time wait
-- for the row of the sum, so the second sees what the first left. A scan alone is a claim of what has happened, and a void
-- the end of one: they are written down even when the sum falls below zero, where a supervisor sees it.
CREATE OR REPLACE FUNCTION count_money() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = hoso, pg_temp AS $$
BEGIN
	INSERT INTO money_held AS h (office_id, account_id, kind, agency_id, in_vnd, out_vnd)
	SELECT office_id, CASE held_by WHEN 'person' THEN account_id ELSE 0 END AS holder, kind, agency_id,
		coalesce(sum(amount_vnd) FILTER (WHERE direction = 'in'), 0),
		coalesce(sum(amount_vnd) FILTER (WHERE direction = 'out'), 0)
	FROM fresh WHERE held_by <> 'agency' GROUP BY office_id, holder, kind, agency_id
	ORDER BY office_id, holder, kind, agency_id
	ON CONFLICT (office_id, account_id, kind, agency_id) DO UPDATE
	SET in_vnd = h.in_vnd + excluded.in_vnd, out_vnd = h.out_vnd + excluded.out_vnd;
	IF EXISTS (SELECT FROM fresh f JOIN money_held h ON h.office_id = f.office_id AND h.kind = f.kind
			AND h.agency_id = f.agency_id AND h.account_id = CASE f.held_by WHEN 'person' THEN f.account_id ELSE 0 END
		WHERE f.held_by <> 'agency' AND f.direction = 'out' AND f.reverses IS NULL
			AND (f.manifest_id IS NOT NULL OR f.hand_in_id IS NOT NULL) AND h.in_vnd < h.out_vnd) THEN
		RAISE EXCEPTION 'more would leave than is held' USING ERRCODE = 'HO001';
	END IF;
	RETURN NULL;
END
$$;
