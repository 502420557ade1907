// Finding things by name: what fits best comes first, slips of the keys are forgiven.

import MiniSearch from 'minisearch';
import { whole, wordsOf, wordsOfName } from './folding.js';
import { IndexOfNames } from './index_of_names.js';
import { forgiven, slips } from './slips.js';

// How well a name fits, the best first. Slips come after all of these.
const [CODE, NAME, OTHER, SAME_WORDS, BEGINS_NAME, ROLE, BEGINS_OTHER, WORDS, WORDS_BEGIN, OTHER_WORDS, ANY] =
  Array(11).keys();
const SLIPS = 40;
// What is about how facts are recorded comes after the rest, unless it is called just so.
const RECORDS = 2;
const LATER = 20;

export class Finder {
  /**
   * @param load gives what a file holds, as JSON, by its path relative to the folder of assets
   * @param language of the page: its names come first
   */
  constructor(load, language = 'en') {
    this.language = language;
    this.entries = new Map();
    this.words = new Set();
    this.search = new MiniSearch({
      idField: 'path',
      fields: ['words'],
      tokenize: (words) => words.split(' '),
      processTerm: (word) => word,
      searchOptions: { tokenize: wordsOf },
    });
    this.index = new IndexOfNames(load, (rows) => this.add(rows));
  }

  /** Give the kinds of what can be found. */
  async kinds() {
    await this.index.open();
    return this.index.kinds(this.language);
  }

  add(rows) {
    const kinds = this.index.kinds(this.language);
    for (const row of rows) {
      if (this.entries.has(row[0])) continue; // it is in another part too
      const entry = new Entry(row, kinds, this.language);
      this.entries.set(entry.path, entry);
      entry.words.forEach((word) => this.words.add(word));
      this.search.add({ path: entry.path, words: entry.words.join(' ') });
    }
  }

  /** Find what a text may mean, the likeliest first. */
  async find(text, most = 8) {
    const typed = whole(text);
    const words = wordsOf(typed);
    if (!words.length) return [];
    await this.index.prepare(words);
    let found = this.exact(typed, words);
    if (!found.length) found = this.mistyped(words);
    if (!found.length) {
      await this.index.prepareNear(words);
      found = this.mistyped(words);
    }
    const kept = found.sort(better).slice(0, most);
    return kept.map(({ entry, name }) => ({ path: entry.path, kind: entry.kind, ...entry.shown(name) }));
  }

  exact(text, words) {
    const options = { prefix: true, combineWith: 'AND' };
    const query = { text, words, joined: words.join(''), sorted: [...words].sort().join(' ') };
    return this.search.search(words.join(' '), options).map(({ id }) => this.entries.get(id).fit(query));
  }

  /** Find entries that have words like these, or words that begin like these. */
  mistyped(words) {
    const options = { prefix: true, fuzzy: forgiven, combineWith: 'AND' };
    const either = (word) => ({ combineWith: 'OR', queries: [word, ...this.alike(word)] });
    const found = this.search.search({ combineWith: 'AND', queries: words.map(either) }, options);
    return found.map(({ id }) => this.entries.get(id).nearFit(words));
  }

  /** Give known words that a mistyped one is, or begins. */
  alike(typed) {
    const limit = forgiven(typed);
    const shortest = typed.length - limit;
    if (typed.length < 5) return [];
    return [...this.words].filter((word) => word.length >= shortest && slips(typed, word).beginning <= limit);
  }
}

/** One that was found: it fits so well, by such a name. */
function better(one, other) {
  return (
    one.fit - other.fit ||
    one.entry.rank - other.entry.rank ||
    one.foreign - other.foreign ||
    one.name.length - other.name.length ||
    (one.entry.name < other.entry.name ? -1 : 1)
  );
}

class Entry {
  constructor([path, kind, rank, name, translations = {}, others = [], codes = [], roles = []], kinds, language) {
    Object.assign(this, { path, rank });
    this.kind = kinds[kind];
    this.name = translations[language] ?? name;
    const own = new Set([this.name, name, ...Object.values(translations)]);
    this.names = [
      ...[...own].map((text) => new Name(text, NAME, text !== this.name)),
      ...others.map((text) => new Name(text, OTHER)),
      ...codes.map((text) => new Name(text, CODE)),
      ...roles.map((text) => new Name(text, ROLE)),
    ];
    this.words = [...new Set(this.names.flatMap(({ words }) => words))];
  }

  /** Tell how well what is typed fits: by the name that it fits best, else by all of them. */
  fit(query) {
    return this.best((name) => {
      const fit = name.fit(query);
      return this.rank === RECORDS && fit > SAME_WORDS ? fit + LATER : fit;
    });
  }

  /** The same where what is typed has slips. */
  nearFit(words) {
    return this.best((name) => SLIPS + name.slips(words));
  }

  best(fit) {
    const fits = this.names.map((name) => ({
      entry: this,
      name: name.text,
      foreign: name.isForeign,
      fit: fit(name),
    }));
    return fits.reduce((one, other) => (better(other, one) < 0 ? other : one));
  }

  /** Give the name, and the one by which it was found if that is another. */
  shown(by) {
    return { name: this.name, also: by === this.name ? '' : by };
  }
}

class Name {
  constructor(text, kind, isForeign = false) {
    Object.assign(this, { text, kind, isForeign: isForeign ? 1 : 0 });
    this.words = wordsOfName(text);
    this.whole = whole(text);
    this.joined = this.whole.replaceAll(' ', '');
    this.sorted = [...this.whole.split(' ')].sort().join(' ');
  }

  fit({ text, words, joined, sorted }) {
    const isOwn = this.kind === NAME;
    if (this.whole === text) return this.kind;
    if (this.kind !== ROLE) {
      if (this.joined === joined || this.sorted === sorted) return SAME_WORDS;
      if (this.whole.startsWith(text)) return isOwn ? BEGINS_NAME : BEGINS_OTHER;
      if (words.every((word) => this.words.includes(word))) return isOwn ? WORDS : OTHER_WORDS;
    }
    if (words.every((word) => this.words.some((own) => own.startsWith(word)))) return isOwn ? WORDS_BEGIN : ANY;
    return ANY + 1;
  }

  /** Count the slips with which these words were typed, if it is this name that was meant. */
  slips(words) {
    return words.reduce((sum, typed) => {
      const counts = this.words.map((word) => slips(typed, word)).map(({ whole, beginning }) => Math.min(whole, beginning + 0.5));
      return sum + Math.min(...counts, typed.length);
    }, 0);
  }
}
