# The passage stands under two headings.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>

INSERT DATA {
  page:byron kg:section "People" .
}
