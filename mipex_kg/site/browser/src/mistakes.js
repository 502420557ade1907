// What is wrong with a query that doesn't parse, in words that say what to write. The engine names the
// place at which its grammar gave up, which is often far behind the mistake.

import { KEYWORDS } from './keywords.js';
import { forgiven, slips } from './finding/slips.js';

const CLOSES = { '{': '}', '(': ')', '[': ']' };
const OPENS = Object.fromEntries(Object.entries(CLOSES).map(([open, close]) => [close, open]));
const AGGREGATES = new Set(['COUNT', 'SUM', 'MIN', 'MAX', 'AVG', 'SAMPLE', 'GROUP_CONCAT']);

/**
 * Find the first mistake that has words.
 * @param {{kind: string, text: string, at: number}[]} tokens without space and comments
 * @param {string} text of the query
 * @param {{at: number, expected: string}} said where the engine gave up, and what it expected there
 * @returns {{code: string, values: object, at: number}}
 */
export function explain(tokens, text, said) {
  const [first] = [unknownWord(tokens, text), openText(tokens), strangeSign(tokens)].filter(Boolean).sort((a, b) => a.at - b.at);
  return (
    first ??
    unbalanced(tokens) ??
    commaBetweenColumns(tokens) ??
    bareAggregate(tokens) ??
    withoutBy(tokens) ??
    bareFilter(tokens) ??
    unexpected(tokens, text, said)
  );
}

/** Outside of texts and comments, a word that the grammar doesn't have is always a mistake. */
export function unknownWord(tokens, text) {
  const found = tokens.find(({ kind, text: word, at }) => {
    const isName = kind === 'word' && !/^[@_]/.test(word) && !/[\d:]/.test(text[at - 1] ?? '');
    return isName && word !== 'a' && !KEYWORDS.has(word.toUpperCase());
  });
  if (!found) return undefined;
  const { text: word, at } = found;
  const near = nearest(word.toUpperCase());
  return near
    ? { code: 'misspelt', values: { word, near }, at }
    : { code: 'unknown-word', values: { word }, at };
}

function nearest(word) {
  const ranked = [...KEYWORDS]
    .filter((keyword) => keyword !== 'NAMED') // a term without its prefix is more likely than FROM NAMED
    .map((keyword) => ({ keyword, count: slips(word, keyword).whole }))
    .filter(({ keyword, count }) => count <= Math.min(forgiven(word), forgiven(keyword)))
    .sort((one, other) => one.count - other.count);
  return ranked[0]?.keyword;
}

/** A quotation mark that begins no text: the text has no end. */
function openText(tokens) {
  const found = tokens.find(({ kind, text }) => kind === 'other' && /["']/.test(text));
  return found && { code: 'open-text', values: { mark: found.text }, at: found.at };
}

/** A sign that SPARQL has no use for. */
function strangeSign(tokens) {
  const found = tokens.find(({ kind, text }) => kind === 'other' && !/[\w"'{}()[\];,.*+\-/|^!=<>&?$@%~:]/.test(text));
  return found && { code: 'unexpected', values: { token: found.text }, at: found.at };
}

function unbalanced(tokens) {
  const open = [];
  for (const token of tokens.filter(({ kind }) => kind === 'other')) {
    if (CLOSES[token.text]) open.push(token);
    if (!OPENS[token.text]) continue;
    if (!open.length) return { code: 'closes-nothing', values: { sign: token.text }, at: token.at };
    if (open.at(-1).text !== OPENS[token.text]) break;
    open.pop();
  }
  const last = open.at(-1);
  const close = last && CLOSES[last.text];
  return last && { code: 'not-closed', values: { sign: last.text, close }, at: last.at };
}

/** The tokens between SELECT and what it selects from, outside of brackets. */
function* selected(tokens) {
  let depth = 0;
  let isSelect = false;
  for (const token of tokens) {
    if (token.kind === 'word' && token.text.toUpperCase() === 'SELECT') isSelect = true;
    else if (token.text === '{' || /^(?:WHERE|FROM)$/i.test(token.text)) isSelect = false;
    depth += { '(': 1, ')': -1 }[token.text] ?? 0;
    if (isSelect && !depth) yield token;
  }
}

function commaBetweenColumns(tokens) {
  const found = [...selected(tokens)].find(({ text }) => text === ',');
  return found && { code: 'comma', values: {}, at: found.at };
}

function bareAggregate(tokens) {
  const found = [...selected(tokens)].find(({ text }) => AGGREGATES.has(text.toUpperCase()));
  return found && { code: 'bare-aggregate', values: { word: found.text }, at: found.at };
}

function withoutBy(tokens) {
  const found = tokens.find(
    ({ kind, text }, index) =>
      kind === 'word' && /^(?:ORDER|GROUP)$/i.test(text) && !/^BY$/i.test(tokens[index + 1]?.text),
  );
  return found && { code: 'without-by', values: { word: found.text }, at: found.at };
}

function bareFilter(tokens) {
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && /^FILTER$/i.test(text));
  const isBare = /^(?:variable|string|iri)$/.test(tokens[at + 1]?.kind);
  return at >= 0 && isBare ? { code: 'bare-filter', values: {}, at: tokens[at].at } : undefined;
}

/**
 * The token at which the engine gave up. It counts from there if it tried signs, and from the end of
 * what it tried if that was a word or any character.
 */
function unexpected(tokens, text, { at, expected }) {
  const last = tokens.at(-1);
  const words = expected.replace(/"(?:\\.|[^"\\])*"|\[[^_][^\]]*\]/g, '').match(/[A-Za-z_]{2,}/g) ?? [];
  const tried = words.map((word) => word.length);
  if (expected.includes('[_]')) tried.push(1);
  if (/"|\['/.test(expected)) tried.push(0);
  const places = new Set(tried.map((length) => at - length));
  const found = tokens.findLast((token) => places.has(token.at));
  if (last && found && !(found === last && last.kind === 'word')) {
    return { code: 'unexpected', values: { token: found.text }, at: found.at };
  }
  return { code: 'ends-early', values: {}, at: text.trimEnd().length };
}
