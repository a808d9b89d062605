-- A list of legs that are stuck in a state is told by the time of their dossiers: an index in that order finds a page of it
-- however many there are. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

ALTER TABLE leg ADD COLUMN dossier_recorded_at timestamptz;
UPDATE leg l SET dossier_recorded_at = d.recorded_at FROM dossier d WHERE d.id = l.dossier_id;
DROP INDEX leg_stuck;
CREATE INDEX leg_stuck ON leg (stuck_in, dossier_recorded_at, dossier_id) WHERE stuck_in IS NOT NULL;

-- As in 0012, and when its dossier was recorded.
CREATE OR REPLACE FUNCTION leg_report_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = hoso, pg_temp AS $$
BEGIN
	SELECT d.agency_id, d.procedure_id, d.service, d.recorded_at
		INTO NEW.agency_id, NEW.procedure_id, NEW.service, NEW.dossier_recorded_at
		FROM dossier d WHERE d.id = NEW.dossier_id;
	IF TG_OP = 'INSERT' THEN
		NEW.accepted_recorded_at := CASE WHEN NEW.accepted_at IS NOT NULL
			THEN coalesce(NEW.accepted_recorded_at, now()) END;
		NEW.ended_recorded_at := CASE WHEN NEW.ended_at IS NOT NULL THEN coalesce(NEW.ended_recorded_at, now()) END;
		RETURN NEW;
	END IF;
	IF NEW.accepted_at IS DISTINCT FROM OLD.accepted_at THEN
		NEW.accepted_recorded_at := CASE WHEN NEW.accepted_at IS NOT NULL THEN now() END;
	END IF;
	IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
		NEW.ended_recorded_at := CASE WHEN NEW.ended_at IS NOT NULL THEN now() END;
	END IF;
	RETURN NEW;
END
$$;
