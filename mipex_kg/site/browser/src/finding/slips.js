// How far what is typed is from a word.

/** So many slips are forgiven in a word of so many letters. */
export function forgiven(word) {
  return word.length < 3 ? 0 : word.length < 5 ? 1 : 2;
}

/** Count the letters to put in, leave out, replace or exchange until one word is, or begins, another. */
export function slips(typed, word) {
  let before = [];
  let last = Array.from({ length: word.length + 1 }, (_, index) => index);
  for (let row = 1; row <= typed.length; row++) {
    const next = [row];
    for (let column = 1; column <= word.length; column++) {
      const same = typed[row - 1] === word[column - 1] ? 0 : 1;
      next[column] = Math.min(last[column] + 1, next[column - 1] + 1, last[column - 1] + same);
      const exchanged = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      if (row > 1 && column > 1 && exchanged) next[column] = Math.min(next[column], before[column - 2] + 1);
    }
    [before, last] = [last, next];
  }
  return { whole: last[word.length], beginning: Math.min(...last) };
}
