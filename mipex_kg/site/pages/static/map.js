// The map says what a tile stands for beside it: where the pointer is, in focus, and at a first touch.

(() => {
  const bubble = document.createElement('div');
  bubble.className = 'tile-bubble';
  bubble.setAttribute('aria-hidden', 'true'); // the tile has the same words
  let shown, timer, isTouch, touched;

  const tileAt = (event) => event.target.closest?.('.tile > *');

  function hide() {
    clearTimeout(timer);
    shown = undefined;
    bubble.remove();
  }

  function show(tile) {
    clearTimeout(timer);
    if (shown === tile) return;
    shown = tile;
    // Name and group are a line each there, with nothing between them.
    const words = [...tile.querySelector('.tile-name').cloneNode(true).childNodes];
    bubble.replaceChildren(...words.filter((node) => node.nodeValue !== ', '));
    const map = tile.closest('.tile-parts');
    map.append(bubble);
    const [at, around] = [tile.getBoundingClientRect(), map.getBoundingClientRect()];
    const { offsetWidth: width, offsetHeight: height } = bubble;
    const most = document.documentElement.clientWidth - width - 8;
    const left = Math.max(8, Math.min(at.left + (at.width - width) / 2, most));
    const top = at.top < height + 8 ? at.bottom + 2 : at.top - height - 2;
    bubble.style.left = `${left - around.left}px`;
    bubble.style.top = `${top - around.top}px`;
  }

  document.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return;
    const tile = tileAt(event);
    if (tile) show(tile);
    else if (bubble.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) timer = setTimeout(hide, 150);
  });
  document.addEventListener('focusin', (event) => {
    const tile = tileAt(event);
    if (tile?.matches(':focus-visible')) show(tile);
    else if (!tile) hide();
  });
  document.addEventListener('pointerdown', (event) => {
    isTouch = event.pointerType === 'touch';
    touched = shown;
    if (isTouch && !tileAt(event)) hide();
  });
  document.addEventListener('click', (event) => {
    const tile = tileAt(event);
    if (bubble.contains(event.target)) shown?.click();
    else if (tile && isTouch && event.detail && tile !== touched) {
      event.preventDefault();
      show(tile);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
})();
