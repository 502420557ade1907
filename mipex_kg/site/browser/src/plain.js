// The plain field that the page has until the editor is there, and if it can't be.

export class PlainEditor {
  #field;

  /** @param {HTMLTextAreaElement} field */
  constructor(field, onrun, onchange) {
    this.#field = field;
    field.addEventListener('input', onchange);
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onrun();
    });
  }

  get text() {
    return this.#field.value;
  }

  set text(value) {
    this.#field.value = value;
  }

  focus() {
    this.#field.focus();
  }

  /** Select the word at a place, counted from 1 and in code points. */
  show({ line, column }) {
    const lines = this.text.split('\n');
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    const at = before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
    this.focus();
    const word = /^[^\s{}().;,]+|^./u.exec(this.text.slice(at))?.[0] ?? '';
    this.#field.setSelectionRange(at, at + word.length);
  }
}
