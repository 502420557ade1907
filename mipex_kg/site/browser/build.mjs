// Makes the files of the SPARQL page, of search by name and of the typeface, in
// mipex_kg/site/_assets/: bundled, minified, each named by a hash of its content, with the licences
// of all that is bundled.

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { FONTS, faces } from './typeface.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '..', '_assets');

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const options = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  minify: true,
  charset: 'utf8',
  legalComments: 'none', // they are all in the file of licences
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
};
const asking = ['src/sparql.js', 'src/worker.js'];
const finding = ['src/finding/suggestions.js'];
const made = [
  await build({ ...options, entryPoints: asking, splitting: true }),
  await build({ ...options, entryPoints: finding }),
];
const inputs = made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const outputs = made.flatMap(({ metafile }) => Object.entries(metafile.outputs));

// Compressed here, since many servers send WebAssembly as it is. The worker unpacks it.
const wasm = await readFile(join(here, 'node_modules/oxigraph/web_bg.wasm'));
const packed = gzipSync(wasm, { level: 9 });
const engine = `oxigraph-${digest(packed)}.wasm.gz`;
await writeFile(join(out, engine), packed);

// The typeface, and last the style sheet that names its files.
const named = (name, bytes, suffix) => `${name}-${digest(bytes)}.${suffix}`;
const { files: fonts, css } = await faces(join(here, 'node_modules', FONTS), named);
for (const [name, data] of fonts) await writeFile(join(out, name), data);
await writeFile(join(out, named('type', css, 'css')), css);

await writeFile(join(out, 'LICENCES.txt'), await licences());
// Written last: what is there without it is not complete.
await writeFile(join(out, 'assets.json'), JSON.stringify(await contents(), null, 1) + '\n');

/** Tell which file is the SPARQL page's script, which the worker, which the engine. */
async function contents() {
  const entry = (source) => outputs.find(([, made]) => made.entryPoint === source)[0].split('/').pop();
  return {
    page: entry('src/sparql.js'),
    worker: entry('src/worker.js'),
    engine,
    version: JSON.parse(await readFile(join(here, 'node_modules/oxigraph/package.json'))).version,
    licences: 'LICENCES.txt',
    files: (await readdir(out)).sort(),
  };
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
}

/** Collect the licences of the packages whose code went into the bundle, and of the typeface. */
async function licences() {
  const code = inputs
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter(Boolean);
  const packages = new Set([...code, FONTS]);
  const parts = ['The pages of this site hold code and fonts of these packages, each under its licence.'];
  for (const name of [...packages].sort()) {
    const folder = join(here, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json')));
    parts.push(`${name} ${version} (${license})\n\n${(await licence(folder, name)).trim()}`);
  }
  return parts.join(`\n\n${'-'.repeat(72)}\n\n`) + '\n';
}

async function licence(folder, name) {
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  // A package may leave it out, though the licence asks for it: then it is kept here.
  const path = file ? join(folder, file) : join(here, 'licences', `${name}.txt`);
  return readFile(path, 'utf8');
}
