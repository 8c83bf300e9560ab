"""What a try to fetch a picture ends with."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Fault(Enum):
    """What a failure says of the next request to the same host."""

    PICTURE = "others may be there"
    SLOW = "several of these in a row, and the host is left alone"
    HOST = "no use in asking for others"


class PictureError(Exception):
    """An address led to no picture.

    Attributes:
        reason: in words, without the address, the same for all failures of a kind.
        fault: what it says of others.
        retry_after: seconds that the host asks to wait, or 0.
        etag: of the answer that held no picture, or "".
        last_modified: of that answer, or "".
    """

    def __init__(
        self,
        reason: str,
        fault: Fault,
        *,
        retry_after: float = 0,
        etag: str = "",
        last_modified: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.retry_after = retry_after
        self.etag = etag
        self.last_modified = last_modified


class PictureRequest(NamedTuple):
    """A picture to ask for.

    Attributes:
        url: its address.
        referer: the address of an article that shows it.
        etag: of an earlier answer, which held no picture, or "".
        last_modified: of that answer, or "".
        reason: why that held no picture, or "".
    """

    url: str
    referer: str
    etag: str = ""
    last_modified: str = ""
    reason: str = ""


class Answer(NamedTuple):
    """What a host answered.

    Attributes:
        data: the bytes.
        etag: by which it names them, or "" (RFC 9110, section 8.8.3).
        last_modified: when they changed last, as it was written, or "" (section 8.8.2).
    """

    data: bytes
    etag: str
    last_modified: str
