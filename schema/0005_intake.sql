-- What a counter takes in beside the spine. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- Who handed in for whom: asked when a person's data is looked for, corrected or let go.
CREATE INDEX dossier_submitter ON dossier (submitter_id) WHERE submitter_id IS NOT NULL;
