// The filters of the network: the pictures and the tables show the ties between things of the kinds
// that are ticked, made of links of the kinds that are ticked, with the words that are typed. The
// address of the page has what is chosen, so that it can be sent to someone.

(() => {
  const form = document.querySelector('.network-filter');
  if (!form) return;
  const { name: field } = form.elements;
  const [status, all] = [form.querySelector('[role="status"]'), form.querySelector('[type="reset"]')];
  const number = new Intl.NumberFormat(document.documentElement.lang || 'en');
  // What stays of a gap where something is hidden; where things begin, below the heads of columns.
  const [GAP, TOP] = [24, 30];

  const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const boxes = (name) => [...form.querySelectorAll(`input[name="${name}"]`)];

  const tables = [...document.querySelectorAll('table[data-kinds]')];
  const ties = tables.flatMap((table) =>
    [...table.tBodies[0].rows].map((row) => ({
      row,
      number: row.dataset.tie,
      kinds: table.dataset.kinds.split(' '),
      links: row.dataset.links.split(' '),
      ends: [row.cells[0], row.cells[2]].map((cell) => cell.querySelector('a')?.href ?? cell.textContent),
      text: folded([...row.cells].map((cell) => cell.textContent).join(' ')),
    })),
  );
  const count = (some) => new Set(some.flatMap(({ ends }) => ends)).size;

  /** A picture: what is not shown leaves no gap, but things and lines keep their order. */
  class Picture {
    constructor(svg) {
      this.svg = svg;
      this.marked = [...svg.querySelectorAll('[data-tie]')];
      this.box = svg.getAttribute('viewBox').split(' ').map(Number);
      this.knots = [...svg.querySelectorAll('.knot')].map(readKnot);
      this.lines = [...svg.querySelectorAll('path[data-tie]')].map(readLine);
      this.reached = [...svg.querySelectorAll('.reached')].map((rect) => ({ rect, y: read(rect, 'y') }));
      this.heads = [...svg.querySelectorAll('[data-column]')].map((head) => ({ head, x: read(head.firstElementChild, 'x') }));
    }

    show(shown, isWhole) {
      for (const each of this.marked) hide(each, !shown.has(each.dataset.tie));
      const knots = this.knots.filter((knot) => {
        const isShown = [...knot.ties].some((tie) => shown.has(tie));
        hide(knot.element, !isShown);
        return isShown;
      });
      for (const { head, x } of this.heads) hide(head, !knots.some((knot) => knot.x === x));
      hide(this.svg, !knots.length);
      if (knots.length) this.lay(knots, isWhole ? () => 0 : raised(knots), isWhole);
    }

    /** Put all that is shown where it goes, and cut off what is empty around it. */
    lay(knots, rise, isWhole) {
      for (const { y, moved } of this.knots) {
        for (const each of moved) each.setAttribute('transform', `translate(0 ${-rise(y)})`);
      }
      for (const { rect, y } of this.reached) rect.setAttribute('y', y - rise(y));
      for (const { path, x, from, middle, to, end, ys } of this.lines) {
        const [y1, y2] = ys.map((y) => y - rise(y));
        path.setAttribute('d', `M${x} ${y1}H${from}C${middle} ${y1} ${middle} ${y2} ${to} ${y2}H${end}`);
      }
      let [left, top, width, height] = this.box;
      if (!isWhole) {
        left = Math.min(...knots.map((knot) => knot.x)) - 1;
        width = Math.max(...knots.map((knot) => knot.x + knot.width)) + 1 - left;
        height = Math.max(...knots.map(({ y, bottom }) => bottom - rise(y))) + 2;
      }
      this.svg.setAttribute('viewBox', `${left} ${top} ${width} ${height}`);
      this.svg.setAttribute('width', width);
      this.svg.setAttribute('height', height);
    }
  }

  function hide(element, isHidden) {
    element.classList.toggle('out', isHidden);
  }

  function read(element, name) {
    return Number(element.getAttribute(name));
  }

  function readKnot(element) {
    const box = element.querySelector('.box');
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => read(box, name));
    const rows = [...element.querySelectorAll('.role tspan')].map((row) => read(row, 'y'));
    return {
      element,
      x,
      y,
      width,
      top: Math.min(y, ...rows.map((row) => row - 12)),
      bottom: Math.max(y + height, ...rows.map((row) => row + 5)),
      moved: [...element.children].filter((child) => !child.matches('.trail')),
      ties: new Set([...element.querySelectorAll('.trail path')].map((path) => path.dataset.tie)),
    };
  }

  function readLine(path) {
    const number = '(-?[\\d.]+)';
    const drawn = `M${number} ${number}H${number}C${number} \\S+ \\S+ ${number} ${number} \\S+?H${number}`;
    const [, x, y1, from, middle, y2, to, end] = new RegExp(drawn).exec(path.getAttribute('d'));
    return { path, x, from, middle, to, end, ys: [Number(y1), Number(y2)] };
  }

  /** Tell how far up things may go, by where they are, so that wide gaps close. */
  function raised(knots) {
    const steps = [];
    let [end, sum] = [TOP - GAP, 0];
    for (const { top, bottom } of [...knots].sort((one, other) => one.top - other.top)) {
      sum += Math.max(0, top - end - GAP);
      end = Math.max(end, bottom);
      steps.push({ top, sum });
    }
    return (y) => steps.findLast(({ top }) => top <= y)?.sum ?? 0;
  }

  const pictures = [...document.querySelectorAll('.network .picture')].map((svg) => new Picture(svg));

  function choose() {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const out = (name) => new Set(boxes(name).filter((box) => !box.checked).map((box) => box.value));
    const [kinds, links] = [out('kind'), out('link')];
    const chosen = ties.filter(
      (tie) =>
        !tie.kinds.some((kind) => kinds.has(kind)) &&
        !tie.links.every((link) => links.has(link)) &&
        words.every((word) => tie.text.includes(word)),
    );
    const isWhole = !words.length && !kinds.size && !links.size;
    show(chosen, isWhole);
    writeAddress();
  }

  function show(chosen, isWhole) {
    const shown = new Set(chosen.map((tie) => tie.number));
    for (const tie of ties) tie.row.hidden = !shown.has(tie.number);
    for (const table of tables) {
      const rows = [...table.tBodies[0].rows];
      (table.closest('data-table') ?? table).hidden = rows.every((row) => row.hidden);
    }
    for (const picture of pictures) picture.show(shown, isWhole);
    for (const each of document.querySelectorAll('[data-untied]')) each.hidden = !isWhole;
    const counts = { n: count(chosen), total: count(ties), ties: chosen.length, all: ties.length };
    status.textContent = form.dataset.shown.replace(/\{(\w+)\}/g, (_, name) => number.format(counts[name]));
    all.hidden = isWhole;
  }

  // The address has the kinds that are ticked, where some are not.

  function readAddress() {
    const given = new URLSearchParams(location.search);
    field.value = given.get('name') ?? '';
    for (const name of ['kind', 'link']) {
      const wanted = given.getAll(name);
      const known = boxes(name).filter((box) => wanted.includes(box.value));
      // What nobody knows any more filters nothing; an empty value is that of none.
      if (known.length || wanted.includes('')) for (const box of boxes(name)) box.checked = known.includes(box);
    }
  }

  function writeAddress() {
    const given = new URLSearchParams();
    if (field.value.trim()) given.set('name', field.value.trim());
    for (const name of ['kind', 'link']) {
      const ticked = boxes(name).filter((box) => box.checked);
      if (ticked.length === boxes(name).length) continue;
      for (const { value } of ticked.length ? ticked : [{ value: '' }]) given.append(name, value);
    }
    const query = given.toString().replaceAll('%3A', ':').replace(/^(?=.)/, '?');
    history.replaceState(null, '', `${location.pathname}${query}${location.hash}`);
    for (const link of document.querySelectorAll('.languages a')) link.search = query;
  }

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', choose);
  form.addEventListener('reset', () => {
    setTimeout(choose); // once all is as it was
    field.focus(); // the button goes away
  });
  readAddress();
  choose();

  // A finger shows the ties of a thing at its first touch, and opens its page at the next.
  let isTouch, before;
  document.addEventListener(
    'pointerdown',
    (event) => {
      isTouch = event.pointerType === 'touch';
      before = document.activeElement;
    },
    true,
  );
  document.querySelector('.network').addEventListener('click', (event) => {
    const link = isTouch && event.detail && event.target.closest?.('.knot a');
    if (!link || link === before) return;
    event.preventDefault();
    link.focus();
  });
})();
