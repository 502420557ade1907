// The SPARQL page: takes a query, has it answered in the worker, and shows the answer.

import { Engine } from './engine.js';
import { PlainEditor } from './plain.js';
import { Table, csv, make } from './results.js';
import { Completion } from './completion.js';

const form = document.getElementById('ask');
const part = (name) => document.getElementById(`ask-${name}`);
const [named, description, field, host, runButton, stopButton, loadButton, progress, status] = [
  'named', 'description', 'query', 'code', 'run', 'stop', 'load', 'progress', 'status',
].map(part);

const address = new URL(form.dataset.settings, location.href);
const settings = await (await fetch(address, { cache: 'no-cache' })).json();
const inSite = (path) => new URL(path, location.href).href;
const engine = new Engine({
  worker: inSite(settings.worker),
  engine: inSite(settings.engine.path),
  dump: inSite(settings.dump),
});
const completion = new Completion(settings.prefixes, settings.terms);
let editor = new PlainEditor(field, run);

/** Take a text of the interface, and put values into it. */
function say(code, values = {}) {
  const text = settings.texts[code] ?? settings.texts.failed;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

const number = new Intl.NumberFormat(document.documentElement.lang || 'en', { maximumFractionDigits: 2 });
const megabytes = (bytes) => number.format(Math.round(bytes / 1e4) / 100);
const counted = (code, count) =>
  say(count === 1 ? `${code}-one` : code, { n: number.format(count) });

// Queries that are ready to ask, and those in the address of the page.

function choose(name) {
  const query = settings.queries.find((one) => one.name === name);
  description.textContent = query?.description ?? '';
  if (query) editor.text = query.text;
}

/** Take the query that the fragment of the address names or holds. */
function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B'));
  if (given.has('named')) {
    named.value = given.get('named');
    choose(named.value);
  } else if (given.has('query')) {
    editor.text = given.get('query');
    named.value = '';
    description.textContent = '';
  }
}

/** Put the query into the address: a fragment, which no server gets to see. */
function writeAddress(text) {
  const query = settings.queries.find((one) => one.text === text);
  const fragment = query ? `named=${query.name}` : `query=${encodeURIComponent(text)}`;
  history.replaceState(null, '', `#${fragment}`);
  return query?.name ?? 'answer';
}

// Loading.

function showProgress(bytes) {
  progress.value = Math.min(bytes, settings.engine.bytes);
  if (bytes >= settings.engine.bytes) progress.removeAttribute('value');
}

async function load() {
  if (engine.isLoaded) return;
  const started = performance.now();
  status.textContent = say('loading', { size: megabytes(settings.engine.bytes) });
  progress.hidden = false;
  loadButton.disabled = true;
  try {
    await engine.load();
    const seconds = number.format((performance.now() - started) / 1000);
    status.textContent = say('loaded', { seconds });
    loadButton.hidden = true;
  } finally {
    progress.hidden = true;
    loadButton.disabled = false;
  }
}

let knowsLabels = false;

/** Have the editor offer the things of the graph, once the engine has nothing else to do. */
async function learnLabels() {
  if (knowsLabels) return;
  completion.add(await engine.labels(settings.labels, settings.language));
  knowsLabels = true;
}

// Asking.

let running = false;

async function run() {
  if (running) return;
  const text = editor.text;
  const file = writeAddress(text);
  clear();
  busy(true);
  try {
    await load();
    status.textContent = say('running');
    showAnswer(await engine.ask(text, settings.prefixes, settings.limit), file);
    learnLabels().catch(() => {}); // it was stopped: the next answer brings them
  } catch (error) {
    showFailure(error);
  } finally {
    busy(false);
  }
}

function busy(isBusy) {
  running = isBusy;
  stopButton.disabled = !isBusy;
  runButton.setAttribute('aria-disabled', String(isBusy));
  form.setAttribute('aria-busy', String(isBusy));
}

function clear() {
  part('problem').hidden = true;
  part('answer').hidden = true;
  for (const name of ['notes', 'shown', 'save']) part(name).replaceChildren();
}

function showFailure(error) {
  const { code = 'failed', values = { message: error.message }, place } = error;
  const sentence = say(code, values) + (place ? ` ${say('place', place)}` : '');
  part('problem').textContent = sentence;
  part('problem').hidden = false;
  status.textContent = '';
  if (place) editor.show(place);
}

function showAnswer(found, file) {
  const shown = { truth: showTruth, table: showTable, graph: showGraph }[found.kind](found, file);
  const seconds = number.format(Math.max(found.seconds, 0.01));
  status.textContent = `${shown} ${say('took', { seconds })}`;
  part('notes').append(
    ...found.notes.map(({ code, values }) => make('p', {}, say(code, values))),
  );
  part('permalink').href = location.href;
  part('answer').hidden = false;
}

function showTruth({ json }, file) {
  const sentence = say(JSON.parse(json).boolean ? 'yes' : 'no');
  part('shown').replaceChildren(make('p', { className: 'ask-truth' }, sentence));
  offer([['JSON', `${file}.json`, 'application/sparql-results+json', () => `${json}\n`]]);
  return sentence;
}

function showTable({ json, columns }, file) {
  const document = JSON.parse(json);
  const { bindings } = document.results;
  const caption = counted('rows', bindings.length);
  const more = (n) => say('show-all', { n: number.format(n) });
  new Table(settings, engine.names).show(part('shown'), { caption, columns, bindings, more });
  document.head.vars = columns;
  offer([
    ['CSV', `${file}.csv`, 'text/csv', () => csv(columns, bindings)],
    ['JSON', `${file}.json`, 'application/sparql-results+json', () => `${JSON.stringify(document)}\n`],
  ]);
  return caption;
}

function showGraph({ turtle, size }, file) {
  const shown = make('pre', { tabIndex: 0 }, make('code', {}, turtle));
  part('shown').replaceChildren(shown);
  offer([['Turtle', `${file}.ttl`, 'text/turtle', () => turtle]]);
  return counted('triples', size);
}

/** Offer files to save: what each is called, its name, its type, and what makes its text. */
function offer(files) {
  const buttons = files.map(([label, file, type, text]) => {
    const button = make('button', { type: 'button' }, say('save', { format: label }));
    button.addEventListener('click', () => save(file, new Blob([text()], { type })));
    return button;
  });
  part('save').replaceChildren(...buttons);
}

function save(download, blob) {
  const href = URL.createObjectURL(blob);
  make('a', { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

// The editor takes the place of the plain field as soon as somebody comes near it: most of the bytes
// and of the work of this page are the editor's.

const NEAR = ['pointerover', 'pointerdown', 'focusin'];

function enhance() {
  for (const event of NEAR) form.removeEventListener(event, enhance);
  putEditor().catch(() => {}); // the plain field does, too
}

async function putEditor() {
  const { makeEditor } = await import('./editor.js');
  const hadFocus = document.activeElement === field;
  const code = makeEditor(host, {
    text: editor.text,
    at: hadFocus ? field.selectionStart : 0,
    label: say('query'),
    complete: completion.source,
    onrun: run,
  });
  field.hidden = true;
  host.hidden = false;
  editor = code;
  form.querySelector('label[for="ask-query"]').addEventListener('click', () => editor.focus());
  if (hadFocus) editor.focus();
}

function isSupported() {
  return Boolean(globalThis.WebAssembly?.compileStreaming && globalThis.DecompressionStream);
}

engine.onprogress = showProgress;
engine.onreading = () => {
  status.textContent = say('reading');
};
progress.max = settings.engine.bytes;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
stopButton.addEventListener('click', () => engine.stop());
loadButton.addEventListener('click', () => load().then(learnLabels).catch(showFailure));
named.addEventListener('change', () => choose(named.value));
addEventListener('hashchange', readAddress);

document.getElementById('ask-start').hidden = true;
if (isSupported()) {
  readAddress();
  runButton.disabled = loadButton.disabled = false;
  for (const event of NEAR) form.addEventListener(event, enhance);
  if (form.contains(document.activeElement) || location.hash) enhance();
} else {
  part('problem').textContent = say('unsupported');
  part('problem').hidden = false;
}
