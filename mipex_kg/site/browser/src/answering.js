// Answering one query, as mipex_kg/dataset/querying.py does: what is refused, which graphs are asked, and in
// which order the columns stand.

import * as oxigraph from 'oxigraph/web.js';
import { shorten } from './curies.js';
import { explain, unknownWord } from './mistakes.js';
import { Query, resolve } from './query.js';
import { turtle } from './turtle.js';

const PLACE = /^error at (\d+):(\d+): (.*)/s;
// What the engine's grammar says of the few mistakes that it has words for.
const REASONS = {
  'variable that is unbound': 'unbound',
  'IRI parsing failed': 'relative',
  'Prefix not found': 'undeclared',
};

/**
 * What is wrong with a query.
 * @property {string} code of the text of the interface that says so
 * @property {object} values to put into that text
 * @property {{line: number, column: number}} [place] counted from 1, in code points
 */
export class QueryProblem extends Error {
  constructor(code, values = {}, place = undefined) {
    super(code);
    Object.assign(this, { code, values, place });
  }
}

/**
 * @param {oxigraph.Store} store whose default graph is the merge of all graphs
 * @param {string} text of the query
 * @param {Record<string, string>} prefixes that need no declaration
 * @returns {object} of the kind `table` (`json`, `columns`), `truth` (`json`) or `graph` (`turtle`, `size`)
 */
export function answer(store, text, prefixes) {
  const query = new Query(resolve(text), prefixes);
  refuse(query);
  const { graphs, form } = query;
  const options = { results_format: 'json' };
  let asked = store;
  if (graphs.default.length || graphs.named.length) {
    asked = selection(store, graphs);
    options.default_graph = oxigraph.defaultGraph();
    options.named_graphs = graphs.named.map(oxigraph.namedNode);
  }
  if (form === 'CONSTRUCT' || form === 'DESCRIBE') delete options.results_format;
  const found = run(asked, query, options);
  if (form === 'ASK') return { kind: 'truth', json: found };
  if (form === 'SELECT') return { kind: 'table', json: found, columns: columns(query, found) };
  return { kind: 'graph', turtle: turtle(found, prefixes), size: new Set(found.map(String)).size };
}

function refuse(query) {
  if (query.isUpdate) throw new QueryProblem('update');
  if (!query.form) {
    const found = unknownWord(query.tokens, query.text);
    if (found) throw problemAt(query, found);
    throw new QueryProblem('no-query');
  }
  if (query.callsService) throw new QueryProblem('service');
  const [unknown] = query.unknownPrefixes;
  if (unknown) {
    const values = { prefix: unknown.prefix };
    throw new QueryProblem('unknown-prefix', values, placeOf(query.text, unknown.at));
  }
}

function run(store, query, options) {
  // One line before the query, so that the places in it stay what they are but for that line.
  const known = Object.entries(query.prefixes);
  const prologue = known.map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join(' ');
  try {
    return store.query(`${prologue}\n${query.text}`, options);
  } catch (error) {
    const said = PLACE.exec(error.message);
    if (!said) throw error;
    throw mistake(query, said);
  }
}

/** Say what is wrong with a query that doesn't parse, and where. */
function mistake(query, [, line, column, expected]) {
  const given = { line: Math.max(Number(line) - 1, 1), column: Number(column) };
  const reason = Object.entries(REASONS).find(([words]) => expected.includes(words))?.[1];
  if (reason) return new QueryProblem(reason, {}, given);
  const said = { at: offsetOf(query.text, given), expected };
  return problemAt(query, explain(query.tokens, query.text, said));
}

function problemAt(query, { code, values, at }) {
  return new QueryProblem(code, values, placeOf(query.text, at));
}

/** Copy the graphs after FROM into one, since the engine repeats a row for each that has it. */
function selection(store, graphs) {
  const chosen = new oxigraph.Store();
  for (const iri of new Set(graphs.default)) {
    for (const { subject, predicate, object } of matches(store, iri)) {
      chosen.add(oxigraph.quad(subject, predicate, object));
    }
  }
  for (const iri of new Set(graphs.named)) matches(store, iri).forEach((quad) => chosen.add(quad));
  return chosen;
}

function matches(store, graph) {
  return store.match(null, null, null, oxigraph.namedNode(graph));
}

/** Put the columns of SELECT * into the order of the text; the engine gives them by the alphabet. */
function columns(query, json) {
  const selected = JSON.parse(json).head.vars;
  return query.selectsAll ? query.variables.filter((name) => selected.includes(name)) : selected;
}

function offsetOf(text, { line, column }) {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
}

function placeOf(text, at) {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: [...before.at(-1)].length + 1 };
}

/** What the asker should know: a graph that isn't there; if nothing was found, IRIs that aren't. */
export function notes(store, text, prefixes, found) {
  const query = new Query(resolve(text), prefixes);
  const { graphs } = query;
  const asked = [...new Set([...graphs.default, ...graphs.named])];
  const absent = asked.filter((iri) => !matches(store, iri).length);
  const said = absent.map((iri) => ({ code: 'absent-graph', values: { iri } }));
  if (!isEmpty(found)) return said;
  const unused = query.iris.filter((iri) => !absent.includes(iri) && !occurs(store, iri));
  return [
    ...said,
    ...unused.map((iri) => ({ code: 'absent-term', values: { term: shorten(iri, prefixes) } })),
  ];
}

function isEmpty({ kind, json, size }) {
  if (kind === 'graph') return !size;
  const { boolean, results } = JSON.parse(json);
  if (kind === 'truth') return !boolean;
  return results.bindings.every((row) => Object.values(row).every(({ value }) => value === '0'));
}

function occurs(store, iri) {
  if (iri.startsWith('http://www.w3.org/2001/XMLSchema#')) return true;
  const node = oxigraph.namedNode(iri).toString();
  return store.query(
    `ASK { { ${node} ?p ?o } UNION { ?s ${node} ?o } UNION { ?s ?p ${node} } UNION { GRAPH ${node} {} } }`,
  );
}

/** Tell the page of an error, in what can be sent to it. */
export function failure(error) {
  if (error instanceof QueryProblem) {
    return { code: error.code, values: error.values, place: error.place };
  }
  // After a trap, the engine's memory is in no state to go on with.
  const isBroken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
  return { code: isBroken ? 'broken' : 'failed', values: { message: error.message }, isBroken };
}
