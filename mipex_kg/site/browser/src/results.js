// What was found: as CSV and JSON to save, and as a table to read.

import { shorten } from './curies.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const NUMBERS = new Set(['integer', 'decimal', 'double', 'float'].map((name) => XSD + name));
// Datatypes whose values read well without their datatype.
const PLAIN = new Set([...NUMBERS, ...['string', 'boolean', 'date', 'gYear', 'dateTime'].map((name) => XSD + name)]);
const FIRST_ROWS = 200;
// Characters of an address that may be broken.
const WIDE = 48;

// What spreadsheets take for a formula, and the values that they take as they are: as in
// mipex_kg/sparql/spreadsheet.py.
const FORMULA = /^'*[=+\-@\t\r\n]/;
const VALUE = /^(?:[+-](?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]INF|-P[\dYMDTHS.]+|-\d{4,}(?:-\d\d){0,2}(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?)$/;

/** Write solutions as W3C's CSV format has them, but for texts that spreadsheets would run. */
export function csv(columns, bindings) {
  const rows = bindings.map((row) => columns.map((name) => csvField(row[name])).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

function csvField(term) {
  const plain = plainText(term);
  const text = FORMULA.test(plain) && !VALUE.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(term) {
  if (!term) return '';
  if (term.type === 'bnode') return `_:${term.value}`;
  return term.type === 'triple' ? tripleText(term.value) : term.value;
}

function tripleText({ subject, predicate, object }) {
  return `<<( ${[subject, predicate, object].map(plainText).join(' ')} )>>`;
}

function isNumber(name, bindings) {
  return bindings.length > 0 && bindings.every((row) => NUMBERS.has(row[name]?.datatype));
}

/** Shows solutions as a table. */
export class Table {
  /**
   * @param {object} settings
   * @param {string} settings.base what the names of things begin with
   * @param {Record<string, string>} settings.prefixes
   * @param {Record<string, string>} settings.table words of a table to work with
   * @param {Set<string>} names of all that is described, so that it has a page
   * @param {Record<string, string>} labels by IRI
   */
  constructor(settings, names, labels) {
    Object.assign(this, settings);
    this.names = names;
    this.labels = labels;
  }

  /**
   * @param {HTMLElement} place where to put it
   * @param {string} caption
   * @param {{text: (n: number) => string}} more what the button says that shows the rest
   */
  show(place, answer) {
    const { bindings, more } = answer;
    const shown = bindings.slice(0, FIRST_ROWS);
    place.replaceChildren(this.#table(answer, shown));
    if (bindings.length <= FIRST_ROWS) return;
    const button = make('button', { type: 'button', className: 'ask-more' }, more(bindings.length));
    button.addEventListener('click', () => {
      const whole = this.#table(answer, bindings);
      place.replaceChildren(whole);
      whole.querySelector('.table').focus();
    });
    place.append(button);
  }

  /** A table that tables.js lets visitors work with. */
  #table({ caption, columns }, bindings) {
    const table = make('table', { className: 'ask-table' }, make('caption', {}, caption));
    const look = (name) => (isNumber(name, bindings) ? 'ask-number' : '');
    const heads = columns.map((name) => make('th', { scope: 'col', className: look(name) }, name));
    const head = make('tr', {}, ...heads);
    const body = make('tbody', {}, ...this.#rows(columns, bindings));
    table.append(make('thead', {}, head), body);
    const scroller = make('div', { className: 'table wide ask-scroll', tabIndex: 0 }, table);
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', caption);
    const whole = make('data-table', {}, scroller);
    Object.assign(whole.dataset, this.table);
    return whole;
  }

  /** What a chart needs to know: which columns are numbers, and the words of the cells. */
  words(columns, bindings) {
    return {
      columns: columns.map((name) => ({ name, isNumber: isNumber(name, bindings) })),
      rows: bindings.map((row) => columns.map((name) => this.#words(row[name]))),
    };
  }

  #words(term) {
    if (term?.type !== 'uri') return plainText(term);
    return this.labels[term.value] ?? shorten(term.value, this.prefixes);
  }

  #rows(columns, bindings) {
    return bindings.map((row) => make('tr', {}, ...columns.map((name) => this.#cell(row[name]))));
  }

  #cell(term) {
    if (!term) return make('td');
    const look = NUMBERS.has(term.datatype) ? { className: 'ask-number' } : {};
    return make('td', look, ...this.#term(term));
  }

  #term(term) {
    if (term.type === 'uri') return this.#named(term.value);
    if (term.type !== 'literal') return [plainText(term)];
    const language = term['xml:lang'];
    const text = make('span', language ? { lang: language } : {}, term.value);
    if (language) return [text, ' ', make('small', { className: 'beside' }, language)];
    const datatype = term.datatype ?? `${XSD}string`;
    return PLAIN.has(datatype) ? [text] : [text, ' ', make('small', { className: 'beside' }, shorten(datatype, this.prefixes))];
  }

  /** The name of a thing, and its CURIE beside it. */
  #named(iri) {
    const curie = shorten(iri, this.prefixes).replace(/^<(.*)>$/, '$1');
    const label = this.labels[iri];
    const beside = () => make('small', { className: 'beside' }, curie);
    return label ? [this.#link(iri, label), ' ', beside()] : [this.#link(iri, curie)];
  }

  #link(iri, text) {
    const href = this.#page(iri) ?? (/^(https?:\/\/|mailto:)/.test(iri) ? iri : undefined);
    if (!href) return text;
    const kinds = [text.length > WIDE && 'ask-long', href === iri && 'elsewhere'].filter(Boolean);
    return make('a', { href, className: kinds.join(' ') }, text);
  }

  /** The page of a thing, from this page, which is at the top of the site. */
  #page(iri) {
    if (!iri.startsWith(this.base) || !this.names.has(iri)) return undefined;
    const [path, fragment] = iri.slice(this.base.length).split('#');
    const name = path.replace(/\/+$/, '') || 'index';
    return encodeURI(`${name}.html`) + (fragment === undefined ? '' : `#${fragment}`);
  }
}

/** Make an element. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
