// A mark shows the words that it leads to: where the pointer is, in focus, and at a first touch.

(() => {
  const box = document.createElement('div');
  box.className = 'quoted';
  box.id = 'quoted';
  if (box.showPopover) box.popover = 'manual';
  else box.hidden = true;
  let shown, timer, touched;

  const markAt = (event) => event.target.closest?.('a.mark[href^="#note-"]');

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute('aria-describedby');
    shown = undefined;
    if (box.popover) box.hidePopover();
    else box.hidden = true;
    box.remove(); // so that nothing that reads the text about it finds it
  }

  function show(mark) {
    clearTimeout(timer);
    if (shown === mark) return;
    hide();
    const note = document.getElementById(mark.hash.slice(1));
    if (!note) return;
    box.replaceChildren(...note.lastElementChild.cloneNode(true).childNodes);
    // With the keyboard one follows the mark, which leads to the same links: Tab leaves these out.
    for (const link of box.querySelectorAll('a')) link.tabIndex = -1;
    mark.after(box);
    mark.setAttribute('aria-describedby', box.id);
    shown = mark;
    if (box.popover) box.showPopover();
    else box.hidden = false;
    place();
  }

  function place() {
    const at = shown.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const below = at.bottom + height + 12 < innerHeight || at.top < height + 12;
    box.style.top = `${below ? at.bottom + 4 : at.top - height - 4}px`;
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  }

  /** Stay beside a mark in focus while the page moves: it does so to show what gets the focus. */
  function follow() {
    if (!shown) return;
    const { top, bottom } = shown.getBoundingClientRect();
    if (shown === document.activeElement && bottom > 0 && top < innerHeight) place();
    else hide();
  }

  const later = (run, wait) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };

  document.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return;
    const mark = markAt(event);
    if (mark) later(() => show(mark), 120);
    else if (box.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) later(hide, 250);
    else if (!shown) clearTimeout(timer);
  });
  document.addEventListener('focusin', (event) => {
    const mark = markAt(event);
    if (mark?.matches(':focus-visible')) show(mark);
    else if (!box.contains(event.target)) hide();
  });
  document.addEventListener('pointerdown', (event) => {
    touched = event.pointerType === 'touch';
    if (!markAt(event) && !box.contains(event.target)) hide();
  });
  document.addEventListener('click', (event) => {
    const mark = markAt(event);
    if (!mark) return;
    if (touched && shown !== mark) {
      event.preventDefault();
      show(mark);
    } else hide();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
  addEventListener('scroll', follow, { passive: true });
})();
