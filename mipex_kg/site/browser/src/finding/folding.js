// The words of names, as they are compared: folded as site/finding/words.py folds them.

const LETTERS = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ' };
const DOT = /(?<![\p{L}\p{N}_])(\p{L})\.(?=\p{L}(?![\p{L}\p{N}_]))/gu;
const SIGN = '\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff';
const LETTER = `(?:(?![${SIGN}])[\\p{L}\\p{N}])`;
const WORD = new RegExp(`[${SIGN}]|${LETTER}+`, 'gu');
const JOINED = new RegExp(`${LETTER}+(?:[-‐'’]${LETTER}+)+`, 'gu');
const ARTICLE = /^(?:the|der|die|das|le|la|les|el|los|las|els|il|lo|gli|de|het|os) +(?=\S)/;

/** Give a text as it is compared. */
export function fold(text) {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[ßøłđðþæœıς]/g, (letter) => LETTERS[letter]).replace(DOT, '$1');
}

/** Give the words of a text that is typed. */
export function wordsOf(text) {
  return fold(text).match(WORD) ?? [];
}

/** Give the words by which a name is found, those that may be written as one also so. */
export function wordsOfName(text) {
  const folded = fold(text);
  const joined = (folded.match(JOINED) ?? []).map((part) => part.match(WORD).join(''));
  return [...(folded.match(WORD) ?? []), ...joined];
}

/** Give a text as it is compared whole: its words, without the article before them. */
export function whole(text) {
  return wordsOf(fold(text).trim().replace(ARTICLE, '')).join(' ');
}
