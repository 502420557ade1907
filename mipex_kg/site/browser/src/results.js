// What was found: as CSV and JSON to save, and as a table to read.

import { shorten } from './curies.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const NUMBERS = new Set(['integer', 'decimal', 'double', 'float'].map((name) => XSD + name));
// Datatypes whose values read well without their datatype.
const PLAIN = new Set([...NUMBERS, ...['string', 'boolean', 'date', 'gYear', 'dateTime'].map((name) => XSD + name)]);
const FIRST_ROWS = 200;
// Characters of an address that may be broken.
const WIDE = 48;

/** Write solutions as W3C's CSV format has them. */
export function csv(columns, bindings) {
  const rows = bindings.map((row) => columns.map((name) => csvField(row[name])).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

function csvField(term) {
  const text = plainText(term);
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

/** Shows solutions as a table. */
export class Table {
  /**
   * @param {object} settings
   * @param {string} settings.base what the names of things begin with
   * @param {Record<string, string>} settings.prefixes
   * @param {Set<string>} names of all that is described, so that it has a page
   */
  constructor(settings, names) {
    Object.assign(this, settings);
    this.names = names;
  }

  /**
   * @param {HTMLElement} place where to put it
   * @param {string} caption
   * @param {{text: (n: number) => string}} more what the button says that shows the rest
   */
  show(place, { caption, columns, bindings, more }) {
    const table = make('table', { className: 'ask-table' }, make('caption', {}, caption));
    const head = make('tr', {}, ...columns.map((name) => make('th', { scope: 'col' }, name)));
    const body = make('tbody', {}, ...this.#rows(columns, bindings.slice(0, FIRST_ROWS)));
    table.append(make('thead', {}, head), body);
    const scroller = make('div', { className: 'ask-scroll', tabIndex: 0 }, table);
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', caption);
    place.replaceChildren(scroller);
    if (bindings.length <= FIRST_ROWS) return;
    const button = make('button', { type: 'button', className: 'ask-more' }, more(bindings.length));
    button.addEventListener('click', () => {
      body.append(...this.#rows(columns, bindings.slice(FIRST_ROWS)));
      button.remove();
      scroller.focus();
    });
    place.append(button);
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
    if (term.type === 'uri') return [this.#link(term.value)];
    if (term.type !== 'literal') return [plainText(term)];
    const language = term['xml:lang'];
    const text = make('span', language ? { lang: language } : {}, term.value);
    if (language) return [text, ' ', make('small', {}, language)];
    const datatype = term.datatype ?? `${XSD}string`;
    return PLAIN.has(datatype) ? [text] : [text, ' ', make('small', {}, shorten(datatype, this.prefixes))];
  }

  #link(iri) {
    const text = shorten(iri, this.prefixes).replace(/^<(.*)>$/, '$1');
    const href = this.#page(iri) ?? (/^(https?:\/\/|mailto:)/.test(iri) ? iri : undefined);
    if (!href) return text;
    return make('a', text.length > WIDE ? { href, className: 'ask-long' } : { href }, text);
  }

  /** The page of a thing, from this page, which lies at the top of the site. */
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
