// Tables to work with: a <data-table> holds a table, which is sorted by its heads, filtered, shown
// without some of its columns, copied and saved. Without this script it is a table as any other.

(() => {
  const lang = document.documentElement.lang || 'en';
  const collator = new Intl.Collator(lang, { numeric: true, sensitivity: 'base' });
  const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
  // What spreadsheets take for a formula, and the values that they take as they are: as in
  // mipex_kg/sparql/spreadsheet.py.
  const FORMULA = /^'*[=+\-@\t\r\n]/;
  const VALUE = /^(?:[+-](?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]INF|-P[\dYMDTHS.]+|-\d{4,}(?:-\d\d){0,2}(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?)$/i;
  const NEXT = { none: 'ascending', ascending: 'descending', descending: 'none' };

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const guarded = (text) => (FORMULA.test(text) && !VALUE.test(text) ? `'${text}` : text);
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** The words of a cell: without the marks of its sources, and with what is beside the value. */
  function textOf(cell) {
    const items = [...cell.querySelectorAll('.item')];
    if (items.length > 1) return items.map(textOf).join('; ');
    const copy = cell.cloneNode(true);
    for (const mark of copy.querySelectorAll('.mark, .beside')) mark.remove();
    return copy.textContent.replace(/\s+/g, ' ').trim();
  }

  /** How two texts of a column are sorted; nothing is behind all else, whichever way one looks. */
  function ordering(texts, way) {
    const isNumbers = texts.every((text) => !text || NUMBER.test(text));
    const compare = isNumbers ? (a, b) => a - b : collator.compare;
    return (a, b) => {
      if (!a || !b) return Boolean(b) - Boolean(a);
      return way === 'descending' ? compare(b, a) : compare(a, b);
    };
  }

  class DataTable extends HTMLElement {
    connectedCallback() {
      this.table = this.querySelector('table');
      if (!this.table || this.tools) return;
      this.heads = [...this.table.tHead.rows[0].cells];
      this.rows = [...this.table.tBodies[0].rows];
      this.tools = make('div', { className: 'table-tools' });
      this.status = make('span', { className: 'hint' });
      this.status.setAttribute('role', 'status');
      this.heads.forEach((head, column) => this.makeSortable(head, column));
      const { copy, save } = this.dataset;
      this.tools.append(
        ...(this.dataset.filter ? [this.filter()] : []),
        ...(this.heads.length > 2 ? [this.chooser()] : []),
        this.button(copy, () => this.copy()),
        ...(save ? [this.button(save, () => this.save())] : []),
        this.status,
      );
      this.prepend(this.tools);
    }

    button(text, onclick) {
      return make('button', { type: 'button', onclick }, text);
    }

    makeSortable(head, column) {
      const button = make('button', { type: 'button' }, ...head.childNodes);
      head.setAttribute('aria-sort', 'none');
      head.append(button);
      button.addEventListener('click', () => this.sort(column, NEXT[head.getAttribute('aria-sort')]));
    }

    sort(column, way) {
      this.heads.forEach((head, each) => head.setAttribute('aria-sort', each === column ? way : 'none'));
      const keyed = this.rows.map((row) => [textOf(row.cells[column]), row]);
      const compare = ordering(keyed.map(([text]) => text), way);
      const sorted = way === 'none' ? keyed : keyed.sort(([a], [b]) => compare(a, b));
      this.table.tBodies[0].append(...sorted.map(([, row]) => row));
    }

    filter() {
      const field = make('input', { type: 'search', placeholder: this.dataset.filter, autocomplete: 'off' });
      field.setAttribute('aria-label', this.dataset.filter);
      field.addEventListener('input', () => this.show(folded(field.value).split(/\s+/).filter(Boolean)));
      return field;
    }

    /** Show the rows that have all words. */
    show(words) {
      for (const row of this.rows) {
        const text = words.length && folded(row.textContent);
        row.hidden = !words.every((word) => text.includes(word));
      }
      const number = new Intl.NumberFormat(lang);
      const shown = this.rows.filter((row) => !row.hidden).length;
      const counts = { n: shown, total: this.rows.length };
      const said = this.dataset.shown.replace(/\{(\w+)\}/g, (_, name) => number.format(counts[name]));
      this.status.textContent = words.length ? said : '';
    }

    /** Let columns be chosen; the first, which names the rows, stays. */
    chooser() {
      const list = make('div');
      this.heads.forEach((head, column) => {
        if (!column) return;
        const box = make('input', { type: 'checkbox', checked: true });
        box.addEventListener('change', () => {
          for (const row of this.table.rows) row.cells[column].hidden = !box.checked;
        });
        list.append(make('label', {}, box, textOf(head)));
      });
      const details = make('details', {}, make('summary', {}, this.dataset.columns), list);
      details.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape') return;
        details.open = false;
        details.firstChild.focus();
      });
      document.addEventListener('click', (event) => details.contains(event.target) || (details.open = false));
      return details;
    }

    /** Write what is shown, in the order in which it is shown. */
    written(separator, cell) {
      const rows = [...this.table.rows].filter((row) => !row.hidden);
      const line = (row) => [...row.cells].filter((each) => !each.hidden).map((each) => cell(guarded(textOf(each))));
      return rows.map((row) => line(row).join(separator));
    }

    async copy() {
      const text = this.written('\t', (each) => each).join('\n');
      const isCopied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
      if (isCopied || this.copyBySelection(text)) this.status.textContent = this.dataset.copied;
    }

    /** Copy where the browser lets no script write to the clipboard, as on pages without TLS. */
    copyBySelection(text) {
      const field = make('textarea', { value: text });
      this.append(field);
      field.select();
      const isCopied = document.execCommand('copy');
      field.remove();
      return isCopied;
    }

    save() {
      const text = this.written(',', quoted).concat('').join('\r\n');
      const href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
      make('a', { href, download: `${this.dataset.name}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    }
  }

  customElements.define('data-table', DataTable);
})();
