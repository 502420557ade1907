// Writing the answer of CONSTRUCT and DESCRIBE as Turtle, grouped by subject, always in one order.

import { compact } from './curies.js';

const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

/**
 * @param {Iterable<object>} triples as RDF/JS has them
 * @param {Record<string, string>} prefixes
 * @returns {string} with the declarations of those prefixes that are used
 */
export function turtle(triples, prefixes) {
  const used = new Set();
  const write = (term) => writeTerm(term, prefixes, used);
  const subjects = new Map();
  for (const { subject, predicate, object } of triples) {
    const properties = entry(subjects, write(subject), () => new Map());
    const verb = predicate.value === TYPE ? 'a' : write(predicate);
    entry(properties, verb, () => new Set()).add(write(object));
  }
  const blocks = sorted(subjects).map(([subject, properties]) => writeSubject(subject, properties));
  const declared = [...used].sort().map((prefix) => `@prefix ${prefix}: <${prefixes[prefix]}> .\n`);
  return [declared.join(''), ...blocks].filter(Boolean).join('\n');
}

function writeSubject(subject, properties) {
  const lines = sorted(properties).map(
    ([verb, objects]) => `${verb} ${[...objects].sort().join(', ')}`,
  );
  return `${subject} ${lines.join(' ;\n  ')} .\n`;
}

function writeTerm(term, prefixes, used) {
  if (term.termType === 'Literal') return writeLiteral(term, prefixes, used);
  if (term.termType !== 'NamedNode') return term.toString();
  const curie = compact(term.value, prefixes);
  if (!curie) return term.toString();
  used.add(curie.split(':')[0]);
  return curie;
}

function writeLiteral(term, prefixes, used) {
  const { datatype, language, value } = term;
  if (datatype.value === `${XSD}integer` && /^[+-]?[0-9]+$/.test(value)) return value;
  if (datatype.value === `${XSD}boolean` && /^(true|false)$/.test(value)) return value;
  const whole = term.toString();
  if (language || datatype.value === `${XSD}string`) return whole;
  const quoted = whole.slice(0, whole.lastIndexOf('^^'));
  return `${quoted}^^${writeTerm(datatype, prefixes, used)}`;
}

function entry(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

function sorted(map) {
  return [...map].sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/** What a thing is is before all else. */
function rank(verb) {
  return verb === 'a' ? 0 : 1;
}
