"""What schemathesis leaves alone in DescribedTests.swift: the tokens that it is let in with.

It finds them in the answer of GET /v1/tokens, as it should, and revokes what it finds.
"""

import schemathesis

OWN = "OWN".split()


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("id") in OWN:
        case.path_parameters["id"] = "nobody"
