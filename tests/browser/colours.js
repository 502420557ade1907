// Has axe look once at texts and links whose colours can't be other than those of one that passed.
//
// What tells them apart is the way to them from the top of the page: the name of each element on
// it, its classes and attributes, what is computed of its colours and letters, and whether there is
// text in it beside other elements. That includes everything on which they stand. What axe could
// not judge, as something else lies above it, or as it was out of sight, it looks at again.

(known) => {
  const STYLES = ['color', 'background-color', 'background-image', 'opacity', 'font-size',
    'font-weight', 'text-decoration-line', 'text-shadow', 'fill', 'position'];
  // Attributes whose values no style depends on.
  const FREE = new RegExp('^(?:id|href|src|title|name|value|lang|datetime|for|alt|d|x|y|width'
    + '|height|transform|data-.*|aria-(?:label|labelledby|describedby|controls|owns'
    + '|activedescendant))$');
  // Why axe can't judge a text, where it follows from the way to it.
  const OF_THE_WAY = ['pseudoContent', 'bgGradient', 'bgImage', 'imgNode'];
  const passed = new Set(known);
  const since = new Set();
  // Of the last look: texts that passed, and whether a link is told from its text by colour alone.
  let seen = new Set();
  let isByColour = false;
  let ways = new WeakMap();

  const hash = (text) => {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      a = Math.imul(a ^ text.charCodeAt(at), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(at), 1597334677);
    }
    return (b >>> 0).toString(36) + (a >>> 0).toString(36);
  };
  const hasText = (element) => [...element.childNodes]
    .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const way = (element) => {
    if (!element) return '';
    if (!ways.has(element)) {
      const styles = getComputedStyle(element);
      ways.set(element, hash([
        way(element.parentElement ?? element.getRootNode().host),
        element.localName,
        hasText(element),
        ...[...element.attributes].map(({ name, value }) => FREE.test(name) ? name : name + value),
        ...STYLES.map((name) => styles.getPropertyValue(name)),
      ].join('|')));
    }
    return ways.get(element);
  };

  const rule = axe._audit.rules.find((each) => each.id === 'color-contrast');
  const { matches } = rule;
  rule.matches = (element, ...rest) => {
    if (!hasText(element) && !element.matches('input, select, textarea')) return false;
    if (!passed.has(way(element))) return matches(element, ...rest);
    seen.add(element);
    return false;
  };
  const contrast = axe._audit.checks['color-contrast'];
  const { evaluate } = contrast;
  contrast.evaluate = function (element, ...rest) {
    if (passed.has(way(element))) return true;
    let isOfItsWay = false;
    const data = this.data;
    this.data = (found) => {
      isOfItsWay = OF_THE_WAY.includes(found?.messageKey);
      return data.call(this, found);
    };
    const is = evaluate.call(this, element, ...rest);
    if (isOfItsWay || (is && axe.commons.dom.isVisibleOnScreen(element))) {
      passed.add(way(element));
      since.add(way(element));
      seen.add(element);
    }
    return is;
  };
  const style = axe._audit.checks['link-in-text-block-style'];
  const byStyle = style.evaluate;
  style.evaluate = function (...all) {
    const is = byStyle.apply(this, all);
    isByColour ||= !is;
    return is;
  };

  const run = async (rules) => {
    const options = { runOnly: rules, resultTypes: ['violations'], preload: false };
    const { violations } = await axe.run(options);
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    const news = [...since];
    since.clear();
    return [found, news];
  };
  // What is wrong, and the ways to texts that passed.
  window.look = (rules) => {
    [seen, ways, isByColour] = [new Set(), new WeakMap(), false];
    return run(rules);
  };
  // The same of the colours, where nothing but they is another than at the last look.
  window.lookAtColours = () => {
    ways = new WeakMap();
    const isNew = [...seen].some((element) => !passed.has(way(element)));
    const rules = [...(isNew ? ['color-contrast'] : []), ...(isByColour ? ['link-in-text-block'] : [])];
    return rules.length ? run({ type: 'rule', values: rules }) : [[], []];
  };
}
