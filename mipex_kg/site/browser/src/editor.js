// The editor: CodeMirror in a shadow root, where its styles are constructed sheets, which a policy of
// `style-src 'self'` allows. In the document itself it would write <style> elements.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { sparql } from '@codemirror/legacy-modes/mode/sparql';
import { EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: tags.standard(tags.variableName), color: 'var(--code-keyword)' },
  { tag: tags.local(tags.variableName), color: 'var(--code-variable)' },
  { tag: tags.atom, color: 'var(--code-term)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.meta, color: 'var(--code-string)' },
  { tag: tags.comment, color: 'var(--muted)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--fg)', backgroundColor: 'var(--surface)', fontSize: '0.9375rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '15.5rem', maxHeight: '28rem' },
  '.cm-content': { caretColor: 'var(--fg)', padding: '0.625rem 0' },
  '.cm-line': { padding: '0 0.75rem' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'transparent', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 0 0 0.75rem', minWidth: '1.75rem' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--code-match)', outline: '0' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--code-problem)' },
  '.cm-problem': { textDecoration: 'underline wavy var(--code-problem)', backgroundColor: 'var(--code-problem-bg)' },
  '.cm-tooltip': { color: 'var(--fg)', backgroundColor: 'var(--bg)', border: '1px solid var(--line)', borderRadius: 'var(--radius)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: 'none', overflow: 'hidden', maxWidth: 'min(36rem, 80vw)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem 0.625rem', lineHeight: '1.4' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--bg)', backgroundColor: 'var(--accent)' },
  '.cm-completionDetail': { fontStyle: 'normal', fontFamily: 'var(--sans, system-ui, sans-serif)', color: 'var(--muted)' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
});

const setProblem = StateEffect.define();
const problem = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const effect = transaction.effects.find((one) => one.is(setProblem));
    if (!effect) return transaction.docChanged ? Decoration.none : marks;
    const { from, to } = effect.value;
    return Decoration.set(Decoration.mark({ class: 'cm-problem' }).range(from, to));
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Make the editor.
 * @param {HTMLElement} host which gets a shadow root
 * @param {object} options
 * @param {string} options.text to begin with
 * @param {number} options.at where the caret is
 * @param {string} options.label what it is, for those who don't see it
 * @param {(context: object) => object | null} options.complete
 * @param {() => void} options.onrun
 * @param {() => void} options.onchange
 */
export function makeEditor(host, { text, at, label, complete, onrun, onchange }) {
  const root = host.attachShadow({ mode: 'open' });
  const run = () => {
    onrun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      selection: { anchor: at },
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 150 }),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        theme,
        problem,
        typedOver,
        EditorView.lineWrapping,
        EditorView.updateListener.of(({ docChanged }) => docChanged && onchange()),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        // Tab is not bound: it leaves the editor, as it leaves any field.
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    }),
  });
  return new CodeEditor(view);
}

/**
 * Put in what is typed over a selection. Left to itself, Chrome keeps the style of the text that goes,
 * as an inline style, which the policy forbids.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== 'insertText' || !event.data || empty || view.composing) return false;
    const text = event.data;
    const insert = () =>
      view.state.update({ ...view.state.replaceSelection(text), userEvent: 'input.type', scrollIntoView: true });
    const isHandled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, from, to, text, insert));
    if (!isHandled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

class CodeEditor {
  #view;

  constructor(view) {
    this.#view = view;
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  set text(insert) {
    const to = this.#view.state.doc.length;
    this.#view.dispatch({ changes: { from: 0, to, insert }, selection: { anchor: 0 } });
  }

  focus() {
    this.#view.focus();
  }

  /** Mark a place, counted from 1 and in code points, and put the caret there. */
  show({ line, column }) {
    const { doc } = this.#view.state;
    const written = doc.line(Math.min(line, doc.lines));
    const before = [...written.text].slice(0, column - 1).join('').length;
    const at = written.from + before;
    const word = /^[^\s{}().;,]+|^./u.exec(written.text.slice(before))?.[0] ?? '';
    // At the end of a line there is nothing to mark but what is before it.
    const from = word ? at : Math.max(written.from, at - 1);
    const effects = at + word.length > from ? [setProblem.of({ from, to: at + word.length })] : [];
    this.#view.dispatch({ selection: { anchor: at }, effects, scrollIntoView: true });
    this.focus();
  }
}
