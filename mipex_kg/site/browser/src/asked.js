// The queries that were asked, kept in this browser alone, until the visitor empties the list.

import { make } from './results.js';

const MOST = 30;

export class Asked {
  #key;
  #list;

  /**
   * @param {HTMLElement} part with a list, and a button that empties it
   * @param {string} site that the queries belong to
   * @param {(text: string) => void} onchoose
   */
  constructor(part, site, onchoose) {
    this.#key = `mipex-kg:asked:${site}`;
    this.part = part;
    this.onchoose = onchoose;
    this.#list = this.#read();
    part.querySelector('button').addEventListener('click', () => this.#keep([]));
    this.#show();
  }

  /** Remember a query, as the last one. */
  add(text) {
    this.#keep([text, ...this.#list.filter((each) => each !== text)].slice(0, MOST));
  }

  #read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
    } catch {
      return []; // it is not ours, or the browser keeps nothing
    }
  }

  #keep(list) {
    this.#list = list;
    try {
      if (list.length) localStorage.setItem(this.#key, JSON.stringify(list));
      else localStorage.removeItem(this.#key);
    } catch {
      // the list lasts as long as the page
    }
    this.#show();
  }

  #show() {
    this.part.hidden = !this.#list.length;
    this.part.querySelector('ol').replaceChildren(
      ...this.#list.map((text) => {
        const button = make('button', { type: 'button' }, text.replace(/^\s*#.*$/gm, '').replace(/\s+/g, ' ').trim());
        button.addEventListener('click', () => this.onchoose(text));
        return make('li', {}, button);
      }),
    );
  }
}
