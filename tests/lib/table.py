"""Rows of the long table: what was done how often, and what became of it. HOSO_TABLE names the file they are added to."""

import json
import os
import time


def row(what, how_many, lost=0, doubled=0, misordered=0, **more):
    """One more run of @what; runs of the same name are added up when the table is printed."""
    entry = {"what": what, "how_many": how_many, "lost": lost, "doubled": doubled, "misordered": misordered}
    entry.update(more, at=int(time.time()))
    print("ROW", json.dumps(entry, ensure_ascii=False))
    if "HOSO_TABLE" in os.environ:
        with open(os.environ["HOSO_TABLE"], "a", encoding="utf-8") as table:
            table.write(json.dumps(entry, ensure_ascii=False) + "\n")
