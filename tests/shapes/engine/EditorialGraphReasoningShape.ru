# Nothing says why it is concluded.
PREFIX editorial: <https://w3id.org/mipex-kg/graph/editorial/>
PREFIX kg: <https://w3id.org/mipex-kg/kg#>

DELETE DATA {
  editorial:one-byron kg:reasoning "Both lists give the same library."@en .
}
