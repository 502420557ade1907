// The engine, in a thread of its own: it loads the graph and answers queries. The page ends it when
// a query takes too long, since nothing else can stop it.

import init, * as oxigraph from 'oxigraph/web.js';
import { failure, notes, answer } from './answering.js';
import { fetchBytes, fetchModule } from './fetching.js';

const MERGE = 'INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }';

// More names than this are not looked up for one answer.
const MOST_NAMED = 5000;

let store;

const actions = {
  async load({ engine, dump, module, quads }) {
    const report = (bytes) => postMessage({ type: 'progress', bytes });
    module ??= await fetchModule(engine, report);
    quads ??= await fetchBytes(dump, report);
    postMessage({ type: 'reading' });
    await init({ module_or_path: module });
    store = new oxigraph.Store();
    store.load(quads, { format: 'application/n-quads', no_transaction: true });
    // The merge of all graphs is the default graph. Oxigraph's own union repeats rows.
    store.update(MERGE);
    return { module, quads, names: names() };
  },

  async labels({ properties, language }) {
    const values = properties.map((iri) => oxigraph.namedNode(iri)).join(' ');
    const wanted = oxigraph.literal(language);
    const found = store.query(
      `SELECT ?s (MIN(?label) AS ?name) {
        VALUES ?p { ${values} } ?s ?p ?label
        FILTER (isIRI(?s) && LANG(?label) IN ("", ${wanted}))
      } GROUP BY ?s`,
    );
    return found.map((row) => [row.get('s').value, row.get('name').value]);
  },

  async ask({ text, prefixes, properties, language }) {
    const started = performance.now();
    const found = answer(store, text, prefixes);
    const seconds = (performance.now() - started) / 1000;
    const labels = named(found, properties, language);
    return { ...found, seconds, labels, notes: notes(store, text, prefixes, found) };
  },
};

/** The names of the things in a table: by the property to prefer, then by the language. */
function named({ kind, json }, properties, language) {
  if (kind !== 'table') return {};
  const { bindings } = JSON.parse(json).results;
  const iris = new Set(bindings.flatMap(Object.values).filter(({ type }) => type === 'uri').map(({ value }) => value));
  const label = (iri) => properties.map((property) => nameOf(iri, property, language)).find(Boolean);
  const pairs = [...iris].slice(0, MOST_NAMED).map((iri) => [iri, label(iri)]);
  return Object.fromEntries(pairs.filter(([, name]) => name));
}

function nameOf(iri, property, language) {
  const [subject, predicate] = [oxigraph.namedNode(iri), oxigraph.namedNode(property)];
  const texts = store.match(subject, predicate, null, oxigraph.defaultGraph()).map(({ object }) => object);
  const written = (tag) => texts.find((text) => text.termType === 'Literal' && text.language === tag);
  return (written(language) ?? written(''))?.value;
}

function names() {
  const found = store.query('SELECT DISTINCT ?s { ?s ?p ?o FILTER (isIRI(?s)) }');
  return new Set(found.map((row) => row.get('s').value));
}

onmessage = async ({ data: { id, action, ...values } }) => {
  try {
    postMessage({ type: 'done', id, value: await actions[action](values) });
  } catch (error) {
    postMessage({ type: 'failed', id, failure: failure(error) });
  }
};
