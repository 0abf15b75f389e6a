"""Whom the connectors trust over TLS: the public authorities and, where the operator names one, their own.

Apart from `http.py`, because it loads httpx2, which whoever only reads options does without.
"""

import ssl

import httpx2

from callsheet.connect.context import Context
from callsheet.connect.options import Problem, Problems


def trust(context: Context) -> ssl.SSLContext:
    """For httpx2's `verify`. Raises Problems where `CALLSHEET_CA_FILE` can't be used."""
    trusted = httpx2.create_ssl_context()
    if context.ca_file is not None:
        try:
            trusted.load_verify_locations(context.ca_file)
        except OSError as error:  # a bad certificate is one too
            what = f"can't be used as a private CA ({error.strerror or 'not a PEM certificate'}); give a PEM file."
            raise Problems([Problem("CALLSHEET_CA_FILE", what)]) from None
    return trusted
