# No reason is given.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>

DELETE DATA {
  page:farewell kg:reasoning "It says goodbye and states no fact."@en .
}
