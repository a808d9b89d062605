-- What a counter takes in beside the spine. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;
