// Search: finds things by name, then asks the index that Pagefind made of the text of all pages, if
// there is one.

const PAGE = 10;
const WAIT = 200;
// Results whose score is near that of the best are as good as it: of these, how near, and how many.
const NEAR = 0.8;
// So many things are found by name where there is an index of texts, and where there is none.
const MOST_NAMED = 5;
const MOST_NAMED_ALONE = 100;
const MOST_NEAR = 20;
// So many things of a page are shown; what every page has is none of them.
const MOST_PLACES = 5;
const OWN = new Set(['facts', 'pointing', 'translations', 'sources', 'parts']);

const form = document.getElementById('search');
const part = (name) => document.getElementById(`search-${name}`);
const [words, classes, status, results, more] = ['words', 'classes', 'status', 'results', 'more'].map(part);
const root = new URL(form.dataset.root, location.href);
const box = document.querySelector('.site-header .find');
const number = new Intl.NumberFormat(document.documentElement.lang || 'en');

/** What was found last, how much of it is shown, and the addresses of what was found by name. */
let found = [];
let shown = 0;
let named = new Set();

/** Take a text of the interface, and put values into it. */
function say(name, values = {}) {
  return form.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
}

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Load what searches texts; large sites have none. */
async function loadIndex() {
  if (!form.dataset.text) return null;
  const pagefind = await import(new URL(form.dataset.text, root));
  await pagefind.options({ excerptLength: 25 });
  return pagefind;
}

/** Load what finds by name, as the box in the header does; there may be none. */
async function loadFinder() {
  if (!box?.dataset.script) return null;
  const { makeFinder } = await import(new URL(box.dataset.script, location.href));
  return makeFinder(box);
}

/** Make the sign of a class, by the name of its members. */
function sign(plural) {
  return make('span', { className: `sign sign-${signs.get(plural) ?? 'other'}` });
}

// The classes, as boxes to tick.

function showClasses(counts) {
  const boxes = Object.keys(counts)
    .sort((one, other) => one.localeCompare(other))
    .map((name) => {
      const box = make('input', { type: 'checkbox', name: 'class', value: name });
      return make('label', {}, box, sign(name), `${name} `, make('small'));
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

// The address of the page holds what is looked for, so that it can be sent to someone.

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
  if (current !== searches) return; // someone has typed on
  found = answer.results;
  named = answer.named;
  shown = 0;
  results.replaceChildren();
  countClasses(answer.counts);
  status.textContent = answer.summary;
  await showMore();
  results.setAttribute('aria-busy', 'false');
}

/** Find pages with these words, of any of these classes. */
async function ask(text, chosen) {
  if (!text && !chosen.length) return { results: [], named: new Set(), counts: {}, summary: '' };
  if (!pagefind) return askByName(text, chosen);
  const filters = chosen.length ? { class: { any: chosen } } : {};
  const answer = await pagefind.debouncedSearch(text || null, { filters }, WAIT);
  if (answer === null) return null; // there is a newer one
  const byName = await nameLike(text, chosen);
  const { best, rest } = await shortestFirst(answer.results);
  const inText = new Map(best.map((page) => [addressOf(page), page]));
  // Of what is found both ways, the excerpt is shown where it is found by name.
  const first = byName.map((page) => ({ ...page, ...inText.get(addressOf(page)), isNamed: true }));
  return {
    results: [...[...first, ...best].map((page) => ({ data: () => page })), ...rest],
    named: new Set(byName.map(addressOf)),
    counts: text ? (answer.totalFilters.class ?? {}) : all,
    summary: summary(text, Math.max(answer.results.length, byName.length)),
  };
}

/** The same by names alone. */
async function askByName(text, chosen) {
  if (!text) return { results: [], named: new Set(), counts: {}, summary: '' };
  const found = await finder.find(text, MOST_NAMED_ALONE).catch(() => []);
  const counts = {};
  for (const { kind } of found) counts[kind.plural] = (counts[kind.plural] ?? 0) + 1;
  const results = ofClasses(found, chosen).map(asPage);
  const isAll = found.length < MOST_NAMED_ALONE;
  return {
    results: results.map((page) => ({ data: () => page })),
    named: new Set(),
    counts,
    summary: isAll ? summary(text, results.length) : say('closest', { n: number.format(results.length) }),
  };
}

/** Find things with a name like this, of any of these classes; as Pagefind gives its pages. */
async function nameLike(text, chosen) {
  const all = text && finder ? await finder.find(text, 2 * MOST_NAMED).catch(() => []) : [];
  return ofClasses(all, chosen).slice(0, MOST_NAMED).map(asPage);
}

function ofClasses(all, chosen) {
  return all.filter(({ kind }) => !chosen.length || chosen.includes(kind.plural));
}

/** Give what is found by name as Pagefind gives its pages. */
function asPage({ path, name, also, kind }) {
  return {
    url: new URL(path, new URL(box.dataset.pages, location.href)).href,
    meta: { title: name },
    filters: { class: kind.plural ? [kind.plural] : [] },
    excerpt: also.replace(/[&<]/g, (sign) => `&#${sign.codePointAt(0)};`),
  };
}

/** Of the best results, put those first whose titles say little else than what is looked for. */
async function shortestFirst(all) {
  const count = all.filter(({ score }) => score >= NEAR * all[0].score).length;
  const best = all.slice(0, Math.min(count, MOST_NEAR));
  const loaded = await Promise.all(best.map((result) => result.data()));
  loaded.sort((one, other) => one.meta.title.length - other.meta.title.length);
  return { best: loaded, rest: all.slice(best.length) };
}

function summary(text, count) {
  if (!count) return say('none', { words: text });
  return say(count === 1 ? 'one' : 'many', { n: number.format(count) });
}

async function showMore() {
  const of = found;
  let added = 0;
  while (added < PAGE && shown < of.length) {
    const part = of.slice(shown, shown + PAGE - added);
    shown += part.length; // at once: the button may be pressed again meanwhile
    const next = await Promise.all(part.map((result) => result.data()));
    if (of !== found) return;
    const fresh = next.filter((page) => page.isNamed || !named.has(addressOf(page)));
    results.append(...fresh.map(item));
    added += fresh.length;
  }
  more.hidden = shown >= of.length;
}

function addressOf({ raw_url: path, url }) {
  return new URL((path ?? url).replace(/^\//, ''), root).href;
}

function item(page) {
  const { meta, filters, excerpt, sub_results: parts } = page;
  const href = addressOf(page);
  const link = make('a', { href }, meta.title.trim());
  const kinds = (filters?.class ?? []).map((name) => [sign(name), name]);
  const places = (parts ?? []).filter(({ anchor }) => anchor && !OWN.has(anchor.id));
  const list = make('ul', {}, ...places.slice(0, MOST_PLACES).map((place) => placeOn(href, place)));
  const text = make('p', {}, ...marked(excerpt));
  return make('li', {}, link, make('span', {}, ...kinds.flat()), text, ...(places.length ? [list] : []));
}

/** Link to a thing that shares its page with others. */
function placeOn(page, { title, anchor }) {
  const href = new URL(`#${anchor.id}`, page).href;
  return make('li', {}, make('a', { href }, title.trim()));
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
let finder = null;
let signs = new Map();
let all = {};
try {
  finder = await loadFinder();
  const kinds = (await finder?.kinds()) ?? [];
  signs = new Map(kinds.map((kind) => [kind.plural, kind.sign]));
  all = Object.fromEntries(kinds.filter(({ plural }) => plural).map(({ plural }) => [plural, 0]));
} catch {
  finder = null;
}
try {
  pagefind = await loadIndex();
  all = (await pagefind?.filters())?.class ?? all;
} catch {
  pagefind = null;
}
if (!pagefind && !finder) {
  status.textContent = say('absent');
} else {
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
    const first = results.children.length;
    await showMore();
    results.children[first]?.querySelector('a').focus();
  });
  await search();
}
