// The engine, in a thread of its own: it loads the graph and answers queries. The page ends it when
// a query takes too long, since nothing else can stop it.

import init, * as oxigraph from 'oxigraph/web.js';
import { failure, notes, answer } from './answering.js';
import { fetchBytes, fetchModule } from './fetching.js';

const MERGE = 'INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }';

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

  async ask({ text, prefixes }) {
    const started = performance.now();
    const found = answer(store, text, prefixes);
    const seconds = (performance.now() - started) / 1000;
    return { ...found, seconds, notes: notes(store, text, prefixes, found) };
  },
};

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
