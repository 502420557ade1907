"""What schema.org's JSON-LD context comes to, which most pages name and nobody has to fetch.

Every term is schema.org's, but for a few aliases and prefixes; some terms take addresses, and some
take dates. By release 30.0 of the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mipex_kg.rdf.namespaces import SCHEMA

_ADDRESS = re.compile(r"https?://(www\.)?schema\.org/?(docs/jsonldcontext\.jsonl?d?)?\Z")
COMMON_PREFIXES = {
    "csvw": "http://www.w3.org/ns/csvw#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcam": "http://purl.org/dc/dcam/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "dcterms": "http://purl.org/dc/terms/",
    "dct": "http://purl.org/dc/terms/",
    "dctype": "http://purl.org/dc/dcmitype/",
    "doap": "http://usefulinc.com/ns/doap#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prof": "http://www.w3.org/ns/dx/prof/",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "bibo": "http://purl.org/ontology/bibo/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "gs1": "https://ref.gs1.org/voc/",
    "og": "http://ogp.me/ns#",
}
# Terms whose texts are addresses.
_ADDRESSES = """
    acquireLicensePage actionableFeedbackPolicy afterMedia archivedAt associatedDisease
    beforeMedia benefitsSummaryUrl codeRepository colleague colorSwatch constraintProperty
    contentUrl correctionsPolicy discussionUrl diseasePreventionInfo diseaseSpreadStatistics
    diversityPolicy diversityStaffingReport documentation downloadUrl duringMedia embedUrl
    ethicsPolicy gameLocation gettingTestedInfo hasGS1DigitalLink hasMap hasMolecularFunction
    healthPlanMarketingUrl image inCodeSet inDefinedTermSet installUrl isBasedOn isBasedOnUrl
    isInvolvedInBiologicalProcess isLocatedInSubcellularLocation isPartOf labelDetails
    layoutImage license logo mainEntityOfPage map maps masthead merchantReturnLink
    missionCoveragePrioritiesPolicy newsUpdatesAndGuidelines noBylinesPolicy originalMediaLink
    paymentUrl prescribingInfo productReturnLink publicTransportClosuresInfo
    publishingPrinciples quarantineGuidelines relatedLink replyToUrl sameAs schoolClosuresInfo
    screenshot sdLicense season serviceUrl shippingSettingsLink significantLink significantLinks
    speakable target targetUrl thumbnailUrl tourBookingPage trackingUrl travelBans
    unnamedSourcesPolicy url usageInfo verificationFactCheckingPolicy webFeed
"""
# Terms whose texts are dates, in schema.org's own datatype.
_DATES = """
    applicationStartDate auditDate availabilityEnds availabilityStarts birthDate commentTime
    dateCreated dateDeleted dateIssued dateModified datePosted datePublished dateRead
    dateVehicleFirstRegistered deathDate dissolutionDate endDate exceptDate expectedArrivalFrom
    expectedArrivalUntil expires foundingDate guidelineDate lastReviewed legislationDate
    legislationDateOfApplicability legislationDateVersion merchantReturnDays modelDate
    observationDate orderDate paymentDueDate previousStartDate priceValidUntil productionDate
    purchaseDate releaseDate scheduledPaymentDate scheduledTime sdDatePublished startDate
    uploadDate validFrom validThrough validUntil vehicleModelDate
"""


def is_schema_org(address: str) -> bool:
    """Tell whether an address of a context is that of schema.org's.

    >>> is_schema_org("https://schema.org"), is_schema_org("https://schema.org/Person")
    (True, False)
    """
    return _ADDRESS.match(address) is not None


@cache
def schema_org_document() -> Mapping[str, Any]:
    """Give the document at schema.org's address that has the context; it is made once."""
    return {"@context": schema_org_context()}


def schema_org_context() -> dict[str, Any]:
    """Give the context, as far as it tells more than that every term is schema.org's.

    >>> schema_org_context()["id"], schema_org_context()["sameAs"]
    ('@id', {'@id': 'schema:sameAs', '@type': '@id'})
    """
    coerced = ((_ADDRESSES, "@id"), (_DATES, SCHEMA + "Date"))
    return {
        "type": "@type",
        "id": "@id",
        "HTML": {"@id": "rdf:HTML"},
        "@vocab": str(SCHEMA),
        **COMMON_PREFIXES,
        **{
            name: {"@id": f"schema:{name}", "@type": datatype}
            for names, datatype in coerced
            for name in names.split()
        },
    }
