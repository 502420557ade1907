// What the text of a SPARQL query says, read without running it. The same rules as
// mipex_kg/sparql/query_text.py, so that a query means here what it means on the command line.

const ECHAR = String.raw`\\[tbnrf"'\\]`;
const UCHAR = String.raw`\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}`;
const WORD = String.raw`\p{L}\p{N}_`;
const OPAQUE = String.raw`
(?<comment>#[^\r\n]*)
|(?<string>"{3}(?:"{0,2}(?:[^"\\]|${ECHAR}|${UCHAR}))*"{3}
|'{3}(?:'{0,2}(?:[^'\\]|${ECHAR}|${UCHAR}))*'{3}
|"(?:[^"\\\r\n]|${ECHAR}|${UCHAR})*"|'(?:[^'\\\r\n]|${ECHAR}|${UCHAR})*')
|(?<iri><(?:[^<>"\{\}\|^${'`'}\\\x00-\x20]|${UCHAR})*>)`;
const LOCAL = String.raw`[${WORD}:\-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=\/?#@%\-]`;
const TOKEN = verbose(String.raw`
(?<space>\s+)
|${OPAQUE}
|(?<variable>[?$][${WORD}]+)
|(?<pname>(?:\p{L}(?:[${WORD}.\-]*[${WORD}\-])?)?:(?:(?:${LOCAL})(?:(?:${LOCAL}|\.)*(?:${LOCAL}))?)?)
|(?<word>@?[A-Za-z_][${WORD}\-]*)
|(?<other>.)`);
const ESCAPE = verbose(String.raw`${OPAQUE}|(?<escape>${UCHAR})`);

const FORMS = new Set(['SELECT', 'CONSTRUCT', 'DESCRIBE', 'ASK']);
const UPDATES = new Set(
  'INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH'.split(' '),
);

function verbose(pattern) {
  return new RegExp(pattern.replaceAll('\n', ''), 'gsu');
}

/** Split a text into tokens: `{ kind, text, at }`. */
export function* tokens(text) {
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    yield { kind, text: match[0], at: match.index };
  }
}

/** Resolve code point escapes where the engine doesn't: outside of strings and IRIs. */
export function resolve(text) {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (whole, ...rest) => (rest.at(-1).escape ? character(whole) : whole));
}

function unescaped(text) {
  return text.replace(new RegExp(UCHAR, 'g'), character);
}

function character(escape) {
  const code = Number.parseInt(escape.slice(2), 16);
  const standsForNone = (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff;
  return standsForNone ? escape : String.fromCodePoint(code);
}

/** The text of a query, and what can be told from it. */
export class Query {
  /**
   * @param {string} text SPARQL
   * @param {Record<string, string>} prefixes those that need no declaration
   */
  constructor(text, prefixes) {
    this.text = text;
    this.prefixes = prefixes;
    this.tokens = [...tokens(text)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
    this.words = this.tokens.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''));
    this.declared = this.#declaredPrefixes();
  }

  /** SELECT, CONSTRUCT, DESCRIBE or ASK; undefined if it is not a query. */
  get form() {
    return this.words.find((word) => FORMS.has(word));
  }

  get isUpdate() {
    const first = this.words.find((word) => word && word !== 'PREFIX' && word !== 'BASE');
    return UPDATES.has(first);
  }

  /** Whether it would ask another endpoint. The engine needs no space around a word. */
  get callsService() {
    if (this.words.some((word) => word.includes('SERVICE'))) return true;
    return this.tokens.some(
      ({ kind, text }, position) =>
        kind === 'pname' &&
        text.toUpperCase().split(':')[0].includes('SERVICE') &&
        this.tokens[position + 1]?.text === '{',
    );
  }

  #declaredPrefixes() {
    const declared = {};
    this.words.forEach((word, position) => {
      const [name, iri] = this.tokens.slice(position + 1, position + 3);
      if (word === 'PREFIX' && name?.kind === 'pname' && iri?.kind === 'iri') {
        declared[name.text.slice(0, -1)] = this.#absolute(iri);
      }
    });
    return declared;
  }

  #absolute(token) {
    const iri = unescaped(token.text.slice(1, -1));
    const base = this.tokens[this.words.lastIndexOf('BASE') + 1];
    if (!this.words.includes('BASE') || base?.kind !== 'iri') return iri;
    try {
      return new URL(iri, unescaped(base.text.slice(1, -1))).href;
    } catch {
      return iri; // the engine says what is wrong with it
    }
  }

  /** The prefixes that are used but declared nowhere, each with the place of its first use. */
  get unknownPrefixes() {
    const known = { ...this.prefixes, ...this.declared };
    return this.tokens
      .filter(({ kind, text }) => kind === 'pname' && !Object.hasOwn(known, text.split(':')[0]))
      .map(({ text, at }) => ({ prefix: text.split(':')[0], at }));
  }

  /** The IRIs after FROM and after FROM NAMED. */
  get graphs() {
    const found = { default: [], named: [] };
    this.words.forEach((word, position) => {
      if (word !== 'FROM') return;
      const isNamed = this.words[position + 1] === 'NAMED';
      const token = this.tokens[position + 1 + Number(isNamed)];
      const iri = token && this.#iri(token);
      if (iri) found[isNamed ? 'named' : 'default'].push(iri);
    });
    return found;
  }

  /** Whether its columns are those of SELECT *. */
  get selectsAll() {
    const start = this.words.indexOf('SELECT');
    return start >= 0 && this.tokens.slice(start + 1, start + 3).some(({ text }) => text === '*');
  }

  /** The variables, in the order in which the text first has them. */
  get variables() {
    const named = this.tokens.filter(({ kind }) => kind === 'variable');
    return [...new Set(named.map(({ text }) => text.slice(1)))];
  }

  /** The IRIs that are in the query, but for those that declare prefixes. */
  get iris() {
    const meant = this.tokens.filter((_, position) => {
      const before = this.words.slice(Math.max(position - 2, 0), position);
      return !before.includes('PREFIX') && before.at(-1) !== 'BASE';
    });
    return [...new Set(meant.map((token) => this.#iri(token)).filter(Boolean))];
  }

  #iri(token) {
    if (token.kind === 'iri') return this.#absolute(token);
    if (token.kind !== 'pname') return undefined;
    const [prefix] = token.text.split(':', 1);
    const known = { ...this.prefixes, ...this.declared };
    const local = token.text.slice(prefix.length + 1).replace(/\\(.)/g, '$1');
    return Object.hasOwn(known, prefix) ? known[prefix] + local : undefined;
  }
}
