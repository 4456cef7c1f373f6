"""Can finance have May as a workbook that adds up?

Accrued, paid and owed amounts add up in live formulas: $675.00 and $6,111.19 are $6,786.19. A
description, not an inference.
"""

from tempfile import TemporaryDirectory

import pandas as pd

import trackagoat_pandas as tgp

client = tgp.connect(sandbox=True, progress=False)
project = "Q1 Brand Program"
creators, structures = tgp.load_creators(project), tgp.load_payout_structures(project)
accruals, payments = tgp.load_payout_accruals(project), tgp.load_payout_payments(project)
with TemporaryDirectory() as folder:
    path = f"{folder}/may.xlsx"
    tgp.payout_workbook(
        accruals, payments, path, month="2026-05", creators=creators, structures=structures
    )
    sheet = pd.read_excel(path, "Reconciliation", header=None, names=["What", "USD"])
lines = sheet.dropna()
usd = [cell if cell == "ok" else f"{cell:,.2f}" for cell in lines["USD"]]
table = lines.assign(USD=usd).goat.show(caption="The sheet “Reconciliation”")
