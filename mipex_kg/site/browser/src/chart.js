// A chart of what has one: names with a number each.

import { make } from './results.js';

const MOST_BARS = 60;

/**
 * Draw bars, if the columns allow it. The table says the same, and is what can be read aloud.
 * @param {{name: string, isNumber: boolean}[]} columns
 * @param {string[][]} rows the words of each cell
 * @returns {HTMLElement | undefined}
 */
export function chart(columns, rows) {
  const number = columns.findIndex(({ isNumber }) => isNumber);
  const name = columns.findIndex(({ isNumber }) => !isNumber);
  const values = rows.map((row) => Number(row[number]));
  const isDrawn = number >= 0 && name >= 0 && rows.length > 1 && rows.length <= MOST_BARS;
  if (!isDrawn || values.some((value) => !(value >= 0)) || !Math.max(...values)) return undefined;
  const most = Math.max(...values);
  const bars = rows.map((row, index) => {
    const bar = make('span', { className: 'ask-bar' });
    bar.style.width = `${(100 * values[index]) / most}%`;
    return make('div', {}, make('span', {}, row[name]), make('span', {}, bar), make('span', {}, row[number]));
  });
  const drawn = make('div', { className: 'ask-bars' }, ...bars);
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', `${columns[name].name} – ${columns[number].name}`);
  return drawn;
}
