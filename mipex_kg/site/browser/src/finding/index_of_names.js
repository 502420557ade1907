// The index of names: loaded whole where it is small, else in the parts that hold what is typed.

// So many parts are loaded for a word that begins many others, and for one that was mistyped.
const MOST_PARTS = 4;
const MOST_NEAR = 8;
const LAST = '\uffff';

export class IndexOfNames {
  /**
   * @param load gives what a file holds, by its path relative to the folder of assets
   * @param add takes in entries; what kinds they may have is known by then
   */
  constructor(load, add) {
    this.load = load;
    this.add = add;
    this.loaded = new Map();
  }

  /** Load what is always needed: all entries, or where each part begins. */
  open() {
    this.opened ??= this.load('names.json').then(
      (told) => {
        this.told = told;
        this.starts = told.starts ?? [];
        if (told.rows) this.add(told.rows);
      },
      (error) => {
        this.opened = undefined; // it is tried again
        throw error;
      },
    );
    return this.opened;
  }

  /** Give what is found, in the words of a language: name, plural, and the number of the sign. */
  kinds(language) {
    const { kinds, signs } = this.told;
    const words = kinds[language] ?? Object.values(kinds)[0];
    return words.map(([name, plural], kind) => ({ name, plural, sign: signs?.[kind] }));
  }

  /** Load the parts that have entries with some words. */
  async prepare(words) {
    await this.open();
    const wanted = words.flatMap((word) => this.range(word, word.length < 2 ? word : word + LAST));
    await this.fetch(wanted);
  }

  /** Load the parts with words that differ in their first letters, as if these were mistyped. */
  async prepareNear(words) {
    await this.open();
    const wanted = words
      .filter((word) => word.length > 2)
      .flatMap((word) => {
        const [first, second, third] = word;
        const exchanged = second + first + third;
        const dropped = second + third;
        const near = [exchanged, dropped, first + third].flatMap((start) => this.range(start, start + LAST));
        return [...near.slice(0, MOST_PARTS), ...this.range(first, first + LAST, MOST_NEAR)];
      });
    await this.fetch(wanted);
  }

  /** Number the parts that may hold words from one to another, no more than a few. */
  range(from, to, most = MOST_PARTS) {
    const after = (word) => {
      let [low, high] = [0, this.starts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.starts[middle] <= word) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const [first, end] = [Math.max(after(from) - 1, 0), after(to)];
    return Array.from({ length: Math.min(end - first, most) }, (_, index) => first + index);
  }

  async fetch(numbers) {
    await Promise.all([...new Set(numbers)].map((number) => this.part(number)));
  }

  part(number) {
    if (!this.loaded.has(number)) {
      const rows = this.load(`names/${number}.json`);
      const added = rows.then((all) => this.add(all));
      this.loaded.set(number, added.catch(() => this.loaded.delete(number)));
    }
    return this.loaded.get(number);
  }
}
