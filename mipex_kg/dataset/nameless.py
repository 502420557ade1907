"""Classes whose members need no name: they are drawn within the things that they belong to."""

from __future__ import annotations

from mipex_kg.rdf.namespaces import DCT, OA, SCHEMA, VCARD, Namespace

_GEO = Namespace("http://www.opengis.net/ont/geosparql#")
_GEOMETRIES = Namespace("http://www.opengis.net/ont/sf#")
_LOCN = Namespace("http://www.w3.org/ns/locn#")
_SPDX = Namespace("http://spdx.org/rdf/terms#")
_TIME = Namespace("http://www.w3.org/2006/time#")
_NAMES = {
    DCT: "PeriodOfTime",
    OA: "CssSelector DataPositionSelector FragmentSelector RangeSelector SvgSelector "
    "TextPositionSelector TextQuoteSelector XPathSelector",
    SCHEMA: "ContactPoint GeoCoordinates GeoShape MonetaryAmount OpeningHoursSpecification "
    "PostalAddress PriceSpecification PropertyValue QuantitativeValue UnitPriceSpecification",
    VCARD: "Address Cell Email Fax Home Telephone TelephoneType Voice Work",
    _GEO: "Geometry",
    _GEOMETRIES: "Geometry LineString MultiPolygon Point Polygon",
    _LOCN: "Address Geometry",
    _SPDX: "Checksum",
    _TIME: "DateTimeDescription DateTimeInterval DurationDescription Instant Interval "
    "ProperInterval TimePosition",
}
# Addresses, dates, coordinates, amounts, and the selectors of annotations.
NAMELESS = frozenset(space.term(name) for space, text in _NAMES.items() for name in text.split())
