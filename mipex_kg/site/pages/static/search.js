// Search: asks the index that Pagefind made of the site, in the visitor's browser.

const PAGE = 10;
const WAIT = 200;
// Results whose score is near that of the best are as good as it: of these, how near, and how many.
const NEAR = 0.8;
const MOST_NEAR = 20;

const form = document.getElementById('search');
const part = (name) => document.getElementById(`search-${name}`);
const [words, classes, status, results, more] = ['words', 'classes', 'status', 'results', 'more'].map(part);
const root = new URL(form.dataset.root, location.href);
const number = new Intl.NumberFormat(document.documentElement.lang || 'en');

/** What was found last, and how much of it is shown. */
let found = [];
let shown = 0;

/** Take a text of the interface, and put values into it. */
function say(name, values = {}) {
  return form.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
}

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

async function loadIndex() {
  const pagefind = await import(new URL('pagefind/pagefind.js', root));
  await pagefind.options({ excerptLength: 25 });
  return pagefind;
}

// The classes, as boxes to tick.

function showClasses(counts) {
  const boxes = Object.keys(counts)
    .sort((one, other) => one.localeCompare(other))
    .map((name) => {
      const box = make('input', { type: 'checkbox', name: 'class', value: name });
      return make('label', {}, box, ` ${name} `, make('small'));
    });
  part('boxes').append(...boxes);
  // Where there is room, they are open.
  classes.open = matchMedia('(min-width: 40rem)').matches;
}

/** Say how many of what is found each class has, and leave out those that have nothing. */
function countClasses(counts) {
  const labels = [...part('boxes').children];
  for (const label of labels) {
    const box = label.querySelector('input');
    const count = counts[box.value] ?? 0;
    label.querySelector('small').textContent = number.format(count);
    label.hidden = !count && !box.checked;
  }
  classes.hidden = labels.filter((label) => !label.hidden).length < 2 && !ticked().length;
}

function ticked() {
  return [...classes.querySelectorAll('input:checked')].map((box) => box.value);
}

// The address of the page holds what is looked for, so that it can be sent to somebody.

function readAddress() {
  const given = new URLSearchParams(location.search);
  words.value = given.get('q') ?? '';
  const wanted = given.getAll('class');
  for (const box of classes.querySelectorAll('input')) box.checked = wanted.includes(box.value);
}

function writeAddress() {
  const given = new URLSearchParams(ticked().map((name) => ['class', name]));
  const text = words.value.trim();
  if (text) given.set('q', text);
  const query = given.toString();
  history.replaceState(null, '', query ? `?${query}` : location.pathname);
}

// Results.

let searches = 0;

async function search() {
  const current = ++searches;
  writeAddress();
  results.setAttribute('aria-busy', 'true');
  const answer = await ask(words.value.trim(), ticked());
  if (current !== searches) return; // somebody has typed on
  found = answer.results;
  shown = 0;
  results.replaceChildren();
  countClasses(answer.counts);
  status.textContent = answer.summary;
  await showMore();
  results.setAttribute('aria-busy', 'false');
}

/** Find pages with these words, of any of these classes. */
async function ask(text, chosen) {
  if (!text && !chosen.length) return { results: [], counts: {}, summary: '' };
  const filters = chosen.length ? { class: { any: chosen } } : {};
  const answer = await pagefind.debouncedSearch(text || null, { filters }, WAIT);
  if (answer === null) return null; // there is a newer one
  return {
    results: await shortestFirst(answer.results),
    counts: text ? (answer.totalFilters.class ?? {}) : all,
    summary: summary(text, answer.results.length),
  };
}

/** Of the best results, put those first whose titles say little else than what is looked for. */
async function shortestFirst(all) {
  const count = all.filter(({ score }) => score >= NEAR * all[0].score).length;
  const best = all.slice(0, Math.min(count, MOST_NEAR));
  const loaded = await Promise.all(best.map((result) => result.data()));
  loaded.sort((one, other) => one.meta.title.length - other.meta.title.length);
  return [...loaded.map((page) => ({ data: () => page })), ...all.slice(best.length)];
}

function summary(text, count) {
  if (!count) return say('none', { words: text });
  return say(count === 1 ? 'one' : 'many', { n: number.format(count) });
}

async function showMore() {
  const of = found;
  const next = await Promise.all(of.slice(shown, shown + PAGE).map((result) => result.data()));
  if (of !== found) return;
  results.append(...next.map(item));
  shown += next.length;
  more.hidden = shown >= found.length;
}

function item({ raw_url: path, url, meta, filters, excerpt }) {
  const href = new URL((path ?? url).replace(/^\//, ''), root).href;
  const link = make('a', { href }, meta.title.trim());
  const kind = (filters?.class ?? []).join(', ');
  return make('li', {}, link, make('span', {}, kind), make('p', {}, ...marked(excerpt)));
}

/** Take over the text of an excerpt and its marks, and nothing else that it may hold. */
function marked(excerpt) {
  const { body } = new DOMParser().parseFromString(excerpt, 'text/html');
  return [...body.childNodes].map((node) =>
    node.nodeName === 'MARK' ? make('mark', {}, node.textContent) : node.textContent,
  );
}

part('start').hidden = true;
let pagefind;
let all = {};
try {
  pagefind = await loadIndex();
  all = (await pagefind.filters()).class ?? {};
} catch {
  status.textContent = say('absent');
}
if (pagefind) {
  showClasses(all);
  readAddress();
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    search();
  });
  words.addEventListener('input', search);
  classes.addEventListener('change', search);
  more.addEventListener('click', async () => {
    const first = shown;
    await showMore();
    results.children[first]?.querySelector('a').focus();
  });
  await search();
}
