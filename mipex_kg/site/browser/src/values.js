// The form for the parameters of a named query, and the query with the values that are in it.

import { compact } from './curies.js';
import { make } from './results.js';

const INPUTS = { integer: { type: 'number', step: '1' }, decimal: { type: 'number', step: 'any' }, date: { type: 'date' } };
// What can be an IRI or a CURIE; the engine is the judge of the rest.
const IRI = '<?[A-Za-z][\\w+.\\-]*:[^\\s<>"\\{\\}\\|\\\\^`]*>?';

/** Put values into a query. A query that lacks one is shown as it is written in its file. */
export function filled({ text, pattern, fields }, values, prefixes) {
  if (!fields.length || fields.some(({ name }) => !values[name])) return text;
  return fields.reduce((written, { name, type }) => {
    const place = type === 'iri' ? `<param:${name}>` : `"param:${name}"`;
    return written.replaceAll(place, () => term(values[name], type, prefixes));
  }, pattern);
}

function term(value, type, prefixes) {
  if (type !== 'iri') return JSON.stringify(value);
  const [prefix, ...local] = value.split(':');
  const known = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] + local.join(':') : undefined;
  const iri = known ?? value.replace(/^<|>$/g, '');
  return compact(iri, prefixes) ?? `<${iri}>`;
}

export class ValuesForm {
  #place;
  #fields = [];

  /** @param {HTMLElement} place @param {() => void} onchange called when a value changes */
  constructor(place, onchange) {
    this.#place = place;
    place.addEventListener('input', onchange);
  }

  /** Show the fields of a query, with values instead of the defaults where some are given. */
  show(query, given = {}) {
    this.#fields = query?.fields ?? [];
    this.#place.replaceChildren(...this.#fields.map((field) => this.#field(field, given[field.name])));
    this.#place.hidden = !this.#fields.length;
  }

  get values() {
    return Object.fromEntries(this.#fields.map(({ name }) => [name, this.#input(name).value.trim()]));
  }

  #input(name) {
    return document.getElementById(`ask-value-${name}`);
  }

  #field({ name, type, default: value, description, choices }, given) {
    const id = `ask-value-${name}`;
    const label = make('label', { htmlFor: id }, description || name);
    const options = { id, required: true, autocomplete: 'off', value: given ?? value, ...INPUTS[type] };
    const input = make('input', { ...options, ...(type === 'iri' ? { pattern: IRI, spellcheck: false } : {}) });
    if (type === 'boolean') return make('div', {}, label, choice(id, options.value));
    if (!choices.length) return make('div', {}, label, input);
    const list = make('datalist', { id: `${id}-choices` }, ...choices.map((each) => make('option', each)));
    input.setAttribute('list', list.id);
    const called = make('span', { className: 'hint' });
    const tell = () => {
      called.textContent = choices.find((each) => each.value === input.value)?.label ?? '';
    };
    input.addEventListener('input', tell);
    tell();
    return make('div', {}, label, input, ' ', called, list);
  }
}

function choice(id, value) {
  const options = ['true', 'false'].map((each) => make('option', { value: each, selected: each === value }, each));
  return make('select', { id }, ...options);
}
