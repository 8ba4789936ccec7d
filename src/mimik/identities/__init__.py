"""Who stands behind pseudonyms: an encrypted list, no part of any study, that no analysis needs."""

from mimik.identities.file import SUFFIX, is_identities_file, read_identities, write_identities
from mimik.identities.identities import Identities, Identity

__all__ = [
    "SUFFIX",
    "Identities",
    "Identity",
    "is_identities_file",
    "read_identities",
    "write_identities",
]
