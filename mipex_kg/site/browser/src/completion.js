// What the editor offers while one types: keywords, prefixes, variables, and the terms of the graph,
// found by their names as well as by their labels.

import { compact } from './curies.js';

// As many as fit without scrolling, since a list that scrolls would need a stop of the Tab key.
const MOST = 12;
const KEYWORDS = `SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND ORDER\\ BY GROUP\\ BY HAVING
  LIMIT OFFSET ASK CONSTRUCT DESCRIBE PREFIX BASE FROM FROM\\ NAMED NOT\\ EXISTS EXISTS ASC DESC AS IN UNDEF
  COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI isIRI isLiteral
  isBlank isNumeric REGEX REPLACE CONTAINS STRSTARTS STRENDS STRLEN SUBSTR STRBEFORE STRAFTER UCASE
  LCASE CONCAT COALESCE IF YEAR MONTH DAY ABS ROUND CEIL FLOOR`
  .split(/(?<!\\)\s+/)
  .map((word) => word.replace('\\ ', ' '));

export class Completion {
  #terms = [];

  /**
   * @param {Record<string, string>} prefixes
   * @param {[string, string][]} terms IRIs of the vocabulary, with their labels
   */
  constructor(prefixes, terms) {
    this.prefixes = prefixes;
    this.add(terms);
  }

  /** Know more terms. */
  add(terms) {
    const known = new Set(this.#terms.map(({ label }) => label));
    for (const [iri, name] of terms) {
      const label = compact(iri, this.prefixes);
      if (!label || known.has(label)) continue;
      known.add(label);
      this.#terms.push({ label, detail: name, search: `${label} ${name}`.toLowerCase() });
    }
  }

  /** Offer what fits before the caret; a source of completions as CodeMirror has them. */
  source = (context) => {
    const typed = context.matchBefore(/[?$]\w*|[\p{L}\w][\p{L}\w:.\-]*/u);
    if (!typed && !context.explicit) return null;
    const text = typed?.text ?? '';
    const options = this.#options(text, context.state.doc.toString());
    return options.length
      ? { from: typed?.from ?? context.pos, options: options.slice(0, MOST), filter: false }
      : null;
  };

  #options(text, whole) {
    if (/^[?$]/.test(text)) return variables(text, whole);
    if (text.includes(':')) return this.#matching(text.toLowerCase());
    const begins = (word) => word.toLowerCase().startsWith(text.toLowerCase()) && word !== text;
    const prefixes = Object.keys(this.prefixes).map((prefix) => `${prefix}:`);
    return [
      ...KEYWORDS.filter(begins).map((label) => ({ label })),
      ...prefixes.filter(begins).map((label) => ({ label, detail: this.prefixes[label.slice(0, -1)] })),
      ...(text.length > 1 ? this.#matching(text.toLowerCase()) : []),
    ];
  }

  /** Terms that begin with what is typed, then those that have it anywhere. */
  #matching(text) {
    const found = this.#terms.filter(({ search }) => search.includes(text));
    const rank = ({ search }) => (search.startsWith(text) ? 0 : 1);
    return found.sort((one, other) => rank(one) - rank(other));
  }
}

function variables(text, whole) {
  const known = new Set(whole.match(/[?$]\w+/g));
  known.delete(text);
  return [...known].filter((name) => name.startsWith(text)).map((label) => ({ label }));
}
