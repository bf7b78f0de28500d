"""Verifies an ``HC1:`` certificate with somebody else's library, PyPI's ``cwt``, in an environment of its own, without this project.

Standard input: JSON with ``text`` (the code), ``certificates`` (PEM of trusted document signers). Standard output: JSON with ``verified``
and, where it is, the token's claims; else ``error``, the exception's type.
"""

import json
import sys
import zlib

import base45
import cwt

asked = json.load(sys.stdin)
try:
    keys = [cwt.load_pem_hcert_dsc(pem) for pem in asked["certificates"]]
    message = zlib.decompress(base45.b45decode(asked["text"][len("HC1:") :]))
    claims = cwt.decode(message, keys=keys)  # signature, key id, expiry by this computer's clock
    content = claims[-260][1]
    print(json.dumps({"verified": True, "issuer": claims[1], "content": content}))
except Exception as error:
    print(json.dumps({"verified": False, "error": type(error).__name__, "about": str(error)[:200]}))
