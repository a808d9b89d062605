-- Pages behind a report's numbers are found in indexes alone, but only where vacuum has said that all see the same rows. By
-- default it comes when a fifth of the table is new, which are the last ten weeks of a year: those that are asked for. Run
-- by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

ALTER TABLE leg SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.05);
