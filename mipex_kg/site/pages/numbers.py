"""How numbers are written in a language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Numbers:
    """How numbers are written in a language.

    :param group: between groups of three digits
    :param point: before the decimals
    :param octets: a number of them, in words
    """

    group: str = ","
    point: str = "."
    octets: str = "{n} bytes"

    def whole(self, number: int) -> str:
        """Write a whole number.

        >>> Numbers().whole(12345), Numbers(".", ",").whole(12345)
        ('12,345', '12.345')
        """
        return f"{number:,}".replace(",", self.group)

    def decimal(self, number: str) -> str:
        """Write a number that has decimals."""
        return number.replace(".", self.point)

    def size(self, octets: int) -> str:
        """Write the size of a file, as it is and as people say it.

        >>> Numbers().size(999), Numbers().size(123456), Numbers(".", ",").size(5_100_000_000)
        ('999 bytes', '123 kB (123,456 bytes)', '5,1 GB (5.100.000.000 bytes)')
        """
        exact, size = self.octets.format(n=self.whole(octets)), float(octets)
        units = iter(("", "kB", "MB", "GB", "TB"))
        unit = next(units)
        while size >= 1000 and unit != "TB":
            size, unit = size / 1000, next(units)
        return f"{self.decimal(f'{size:.3g}')} {unit} ({exact})" if unit else exact
