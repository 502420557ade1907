# The quote has no address.
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA {
  []
    a oa:TextQuoteSelector ;
    oa:exact "Ada Byron" .
}
