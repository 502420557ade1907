# An organisation is marked as a private person.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

INSERT DATA {
  organisation:book-fund kg:noIndex true .
}
