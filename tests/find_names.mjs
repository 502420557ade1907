// Finds things by name as a page does: `node find_names.mjs SITE LANGUAGE`, texts as JSON on stdin.
// Prints, for each text, what is suggested, and how many bytes were read so far.

import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [site, language] = process.argv.slice(2);
const assets = resolve(site, 'assets');
const script = readdirSync(assets).find((name) => /^suggestions-\w+\.js$/.test(name));
const { Finder } = await import(pathToFileURL(join(assets, script)));
let bytes = 0;
const load = async (path) => {
  const data = readFileSync(join(assets, path));
  bytes += data.length;
  return JSON.parse(data);
};
const finder = new Finder(load, language);
const found = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  found.push({ text, found: await finder.find(text), bytes });
}
console.log(JSON.stringify(found));
