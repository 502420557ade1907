// The typeface of headings and quotations: Literata, in the weights and with the letters that pages
// use. Its package has a font for each script; a browser fetches those alone whose letters occur.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import subset from 'subset-font';

export const FONTS = '@fontsource-variable/literata';
const SCRIPTS = ['cyrillic', 'greek', 'vietnamese', 'latin-ext', 'latin']; // the last has precedence
const WEIGHTS = { min: 400, max: 600 };
// What languages need, and figures of the same height or width; no small capitals and swashes.
const FEATURES = ['ccmp', 'kern', 'liga', 'lnum', 'locl', 'mark', 'mkmk', 'tnum'];
const COPYRIGHT = 0; // the licence wants it to stay in each font
// What readers see until the fonts are there: a font of their system, as large as Literata, so that
// lines stay where they are. For each weight, the names by which systems know it, and how much wider
// Literata is, in a text of names, headings and sentences.
const HEIGHT = { ascent: 1.177, descent: 0.308 };
const SUBSTITUTES = [
  { of: 'Georgia', regular: ['Georgia'], bold: ['Georgia Bold', 'Georgia-Bold'], widths: [1.079, 0.964] },
  { of: 'Noto Serif', regular: ['Noto Serif', 'NotoSerif'], bold: ['Noto Serif Bold', 'NotoSerif-Bold'], widths: [1.005, 0.982] },
  { of: 'DejaVu Serif', regular: ['DejaVu Serif'], bold: ['DejaVu Serif Bold', 'DejaVuSerif-Bold'], widths: [0.935, 0.878] },
];

/**
 * Make the fonts, and the style sheet that names them.
 *
 * Text is there at once, in a substitute, and is set again when the fonts have come (`swap`).
 *
 * @param {string} folder of the package
 * @param {(name: string, bytes: Buffer, suffix: string) => string} named names a file
 */
export async function faces(folder, named) {
  const ranges = JSON.parse(await readFile(join(folder, 'unicode.json')));
  const files = [];
  const rules = [];
  for (const script of SCRIPTS) {
    const whole = await readFile(join(folder, 'files', `literata-${script}-wght-normal.woff2`));
    const data = await subset(whole, letters(ranges[script]), {
      targetFormat: 'woff2',
      keepFeatures: FEATURES,
      preserveNameIds: [COPYRIGHT],
      variationAxes: { wght: WEIGHTS },
    });
    const name = named(`literata-${script}`, data, 'woff2');
    files.push([name, data]);
    rules.push(
      `@font-face{font-family:Literata;font-weight:${WEIGHTS.min} ${WEIGHTS.max};font-display:swap;` +
        `src:url(${name}) format("woff2");unicode-range:${ranges[script]}}`,
    );
  }
  rules.push(...SUBSTITUTES.flatMap(substitute));
  return { files, css: Buffer.from(rules.join('\n') + '\n') };
}

/** Write the rules that make a font of the system as large as Literata. */
function substitute({ of, regular, bold, widths }) {
  const percent = (share) => `${(share * 100).toFixed(1)}%`;
  return [regular, bold].map((names, index) => {
    const width = widths[index];
    const sources = names.map((name) => `local("${name}")`).join(',');
    return (
      `@font-face{font-family:"${of} as Literata";font-weight:${index ? WEIGHTS.max : WEIGHTS.min};` +
      `src:${sources};size-adjust:${percent(width)};ascent-override:${percent(HEIGHT.ascent / width)};` +
      `descent-override:${percent(HEIGHT.descent / width)};line-gap-override:0%}`
    );
  });
}

/** Give all letters of a range as CSS writes it. */
function letters(range) {
  const all = range.split(',').flatMap((part) => {
    const [first, last = first] = part.slice(2).split('-').map((digits) => Number.parseInt(digits, 16));
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return String.fromCodePoint(...all);
}
