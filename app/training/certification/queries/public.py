"""The public page of a certificate, and the QR code that leads there."""

import segno
from flask import url_for

from models.training.certificate import Certificate


def public_address(certificate: Certificate) -> str:
    """Return the address of a certificate's public page."""
    return url_for("certification.verify", token=certificate.token, _external=True)


def qr_picture(certificate: Certificate) -> str:
    """Return the QR code of the public page as an address an image can show."""
    return segno.make(public_address(certificate), micro=False).svg_data_uri(scale=4, border=2)
