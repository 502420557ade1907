// CURIEs, by the rules of mipex_kg/rdf/namespaces.py.

const PLAIN_LOCAL = /^\w(?:[\w.-]*[\w-])?$/;

/** Shorten an IRI to a CURIE that needs no escapes in SPARQL, if there is one; the longest namespace wins. */
export function compact(iri, prefixes) {
  let best;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (!iri.startsWith(namespace) || (best && namespace.length <= best.length)) continue;
    const local = iri.slice(namespace.length);
    if (PLAIN_LOCAL.test(local)) best = { length: namespace.length, text: `${prefix}:${local}` };
  }
  return best?.text;
}

/** Write an IRI for people: as a CURIE where one fits, else in angle brackets. */
export function shorten(iri, prefixes) {
  return compact(iri, prefixes) ?? `<${iri}>`;
}
