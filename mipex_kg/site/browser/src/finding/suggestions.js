// Suggestions beneath the box in the header, as one types: the ARIA pattern of a combobox with a list.

import { Finder } from './finder.js';

export { Finder };

/** Make what finds the things of a site by name; the form in its header says where they are. */
export function makeFinder({ dataset }) {
  const assets = new URL(dataset.assets, location.href);
  const load = async (path) => {
    const answer = await fetch(new URL(path, assets));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  return new Finder(load, dataset.language);
}

/** Let a form suggest what its field may mean. */
export function suggest(form) {
  return new Suggestions(form);
}

class Suggestions {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector('input');
    this.pages = new URL(form.dataset.pages, location.href);
    this.finder = makeFinder(form);
    this.asked = 0;
    this.makeList();
    this.listen();
    this.finder.index.open().catch(() => {}); // it is said once something is typed
    this.update();
  }

  makeList() {
    this.list = make('div', { id: `${this.field.id}-list`, className: 'find-list', hidden: true });
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', this.form.dataset.list);
    this.status = make('p', { className: 'quiet' });
    this.status.setAttribute('role', 'status');
    this.form.append(this.list, this.status);
    for (const [name, value] of [
      ['role', 'combobox'],
      ['aria-autocomplete', 'list'],
      ['aria-expanded', 'false'],
      ['aria-controls', this.list.id],
    ]) this.field.setAttribute(name, value);
  }

  listen() {
    this.field.addEventListener('input', () => this.update());
    this.field.addEventListener('focus', () => this.update());
    this.field.addEventListener('keydown', (event) => this.press(event));
    // A list that is pressed does not take the focus from the field.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.field.addEventListener('blur', () => this.close());
  }

  async update() {
    const text = this.field.value.trim();
    const asked = ++this.asked;
    if (!text) return this.close();
    const found = await this.finder.find(text).catch(() => []);
    if (asked !== this.asked || document.activeElement !== this.field) return;
    this.show(text, found);
  }

  show(text, found) {
    const everywhere = make('a', { href: this.everywhere(text), className: 'find-all' }, this.say('all', { words: text }));
    this.options = [...found.map((one) => this.option(one)), everywhere];
    this.options.forEach((option, number) => {
      option.id = `${this.list.id}-${number}`;
      option.tabIndex = -1;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
    });
    this.list.replaceChildren(...this.options);
    this.list.hidden = false;
    this.field.setAttribute('aria-expanded', 'true');
    this.choose(-1);
    const said = found.length > 1 ? 'many' : found.length ? 'one' : 'none';
    this.status.textContent = this.say(said, { n: found.length });
  }

  option({ path, name, also, kind }) {
    const parts = [make('span', { className: `sign sign-${kind.sign ?? 'other'}` }), make('b', {}, name)];
    if (also) parts.push(make('i', {}, also));
    if (kind.name) parts.push(make('small', {}, kind.name));
    return make('a', { href: new URL(encodePath(path), this.pages).href }, ...parts.flatMap((part) => [part, ' ']));
  }

  everywhere(text) {
    const address = new URL(this.form.action);
    address.search = new URLSearchParams({ q: text });
    return address.href;
  }

  say(name, values) {
    return this.form.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      if (!isOpen) this.update();
      else this.choose(this.chosen + steps[event.key], steps[event.key]);
    } else if (event.key === 'Enter' && isOpen && this.chosen >= 0) {
      this.options[this.chosen].click();
    } else if (event.key === 'Escape' && isOpen) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Mark an option; before the first and after the last is none, where one is only typing. */
  choose(number, step = 1) {
    const count = this.options.length;
    if (number < -1) number = count - 1;
    if (number >= count) number = step > 0 ? -1 : count - 1;
    this.options[this.chosen]?.setAttribute('aria-selected', 'false');
    this.chosen = number;
    const option = this.options[number];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) this.field.setAttribute('aria-activedescendant', option.id);
    else this.field.removeAttribute('aria-activedescendant');
  }

  close() {
    this.asked++;
    this.list.hidden = true;
    this.status.textContent = '';
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }
}

/** Write the path of a file as an address; the place on the page is as it is. */
export function encodePath(path) {
  const [file, place] = path.split(/#(.*)/s);
  const address = file.split('/').map(encodeURIComponent).join('/');
  return place ? `${address}#${encodeURIComponent(place)}` : address;
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
