// The SPARQL page: takes a query, has it answered in the worker, and shows the answer.

import { Engine } from './engine.js';
import { PlainEditor } from './plain.js';
import { Table, csv, make } from './results.js';
import { Completion } from './completion.js';
import { Asked } from './asked.js';
import { chart } from './chart.js';
import { ValuesForm, filled } from './values.js';

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
let editor = new PlainEditor(field, run, tellWhetherStale);

/** Take a text of the interface, and put values into it. */
function say(code, values = {}) {
  const text = settings.texts[code] ?? settings.texts.failed;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

const number = new Intl.NumberFormat(document.documentElement.lang || 'en', { maximumFractionDigits: 2 });
const megabytes = (bytes) => number.format(Math.round(bytes / 1e4) / 100);
const counted = (code, count) =>
  say(count === 1 ? `${code}-one` : code, { n: number.format(count) });

let running = false;

// Queries that are ready to ask, and those in the address of the page.

let chosen;
const values = new ValuesForm(part('values'), () => put(filled(chosen, values.values, settings.prefixes)));
const asked = new Asked(part('asked'), settings.base, (text) => {
  choose('');
  put(text);
  editor.focus();
});

/** Put a query into the editor; the answer to another is not left beneath it. */
function put(text) {
  if (text !== editor.text && !running) clear();
  editor.text = text;
}

/** Take a named query, with values for its parameters. */
function choose(name, given = {}) {
  chosen = settings.queries.find((one) => one.name === name);
  named.value = chosen ? name : '';
  description.textContent = chosen?.description ?? '';
  values.show(chosen, given);
  if (chosen) put(filled(chosen, values.values, settings.prefixes));
}

/** Take the query that the fragment of the address names or holds; ask it, if the link says so. */
function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B'));
  if (given.has('named')) {
    const pairs = [...given].filter(([name]) => name.startsWith('$'));
    choose(given.get('named'), Object.fromEntries(pairs.map(([name, value]) => [name.slice(1), value])));
  } else if (given.has('query')) {
    choose('');
    put(given.get('query'));
  }
  return given.has('run');
}

/** Put the query into the address: a fragment, which no server gets to see. */
function writeAddress(text) {
  const isChosen = chosen && text === filled(chosen, values.values, settings.prefixes);
  const query = isChosen ? chosen : settings.queries.find((one) => one.text === text);
  const given = isChosen ? chosen.fields.map(({ name }) => [name, values.values[name]]) : [];
  const pairs = given.map(([name, value]) => `&$${name}=${encodeURIComponent(value)}`).join('');
  const fragment = query ? `named=${query.name}${pairs}` : `query=${encodeURIComponent(text)}`;
  history.replaceState(null, '', `#${fragment}&run`);
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

const naming = { properties: settings.labels, language: settings.language };
let answered;

async function run() {
  if (running || !form.reportValidity()) return;
  const text = editor.text;
  const file = writeAddress(text);
  clear();
  busy(true);
  try {
    await load();
    status.textContent = say('running');
    showAnswer(await engine.ask(text, settings.prefixes, settings.limit, naming), file);
    answered = text;
    tellWhetherStale();
    asked.add(text);
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

/** Say so when the answer is that to another query than the one in the editor. */
function tellWhetherStale() {
  part('stale').hidden = part('answer').hidden || editor.text === answered;
}

function clear() {
  if (!part('answer').hidden) status.textContent = '';
  for (const name of ['problem', 'answer', 'stale']) part(name).hidden = true;
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
  part('chart').hidden = true;
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

function showTable({ json, columns, labels }, file) {
  const document = JSON.parse(json);
  const { bindings } = document.results;
  const caption = counted('rows', bindings.length);
  const more = (n) => say('show-all', { n: number.format(n) });
  const table = new Table(settings, engine.names, labels);
  table.show(part('shown'), { caption, columns, bindings, more });
  const words = table.words(columns, bindings);
  const drawn = chart(words.columns, words.rows);
  part('chart').hidden = !drawn;
  if (drawn) part('chart').lastElementChild.replaceWith(drawn);
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

// The editor takes the place of the plain field as soon as someone comes near it: most of the bytes
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
    onchange: tellWhetherStale,
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
addEventListener('hashchange', () => readAddress() && run());

document.getElementById('ask-start').hidden = true;
if (isSupported()) {
  const isAsked = readAddress();
  runButton.disabled = loadButton.disabled = false;
  for (const event of NEAR) form.addEventListener(event, enhance);
  if (form.contains(document.activeElement) || location.hash) enhance();
  if (isAsked) run();
} else {
  part('problem').textContent = say('unsupported');
  part('problem').hidden = false;
}
