"""What the values of a link are, by the definition of the link in DCAT, DCMI Terms or FOAF."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from mipex_kg.rdf.namespaces import DCAT, DCT, FOAF, VCARD

RANGES: Mapping[ox.NamedNode, ox.NamedNode] = {
    DCAT.term("contactPoint"): VCARD.term("Kind"),
    DCAT.term("landingPage"): FOAF.term("Document"),
    DCT.term("accessRights"): DCT.term("RightsStatement"),
    DCT.term("conformsTo"): DCT.term("Standard"),
    DCT.term("creator"): FOAF.term("Agent"),
    DCT.term("license"): DCT.term("LicenseDocument"),
    DCT.term("provenance"): DCT.term("ProvenanceStatement"),
    DCT.term("publisher"): FOAF.term("Agent"),
    DCT.term("rights"): DCT.term("RightsStatement"),
    DCT.term("spatial"): DCT.term("Location"),
    DCT.term("temporal"): DCT.term("PeriodOfTime"),
    FOAF.term("homepage"): FOAF.term("Document"),
    FOAF.term("page"): FOAF.term("Document"),
}
