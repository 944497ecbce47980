"""A function that is written only once people have approved it.

COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… PYTHONPATH=clients/python python3 examples/python/refund.py
"""

import os

import countersign


def waits(proposal):
    print(f"#{proposal['number']}: {proposal['next']}", flush=True)


@countersign.gated("billing.refund", on_proposed=waits)
def refund(account, invoice, amount, reason):
    """Gives money back."""


try:
    print("executed:", refund(os.environ.get("ACCOUNT", "4471"), "inv_9", "1250.00", reason="Charged twice"))
except countersign.NotDone as end:
    print(f"{end.proposal['state']}: {end.proposal['next']}")
