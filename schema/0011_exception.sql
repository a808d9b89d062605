-- The exception desk. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;
