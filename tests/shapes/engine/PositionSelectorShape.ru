# The position has no address.
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA {
  []
    a oa:TextPositionSelector ;
    oa:end 29 ;
    oa:start 20 .
}
