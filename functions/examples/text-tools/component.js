// The `demo:text/tools` interface in JavaScript. A `result` is returned plainly for ok and thrown for err.

const MAX_CHARACTERS = 1_000_000;
const DEFAULT_WORD_LIMIT = 10;

const wordsOf = (text) => text.match(/[\p{L}\p{N}'’-]+/gu) ?? [];

function traitsOf(text) {
  return {
    letters: /\p{L}/u.test(text),
    digits: /\p{Nd}/u.test(text),
    nonAscii: [...text].some((character) => character.codePointAt(0) > 127),
    multiLine: text.includes('\n'),
  };
}

function processText(text, options) {
  if (text === '') throw { tag: 'empty' };
  const characters = [...text];
  if (characters.length > MAX_CHARACTERS) throw { tag: 'too-long', val: MAX_CHARACTERS };
  let answer = options.trim ? text.trim() : text;
  if (options.maxLength !== undefined && options.maxLength !== null) {
    answer = [...answer].slice(0, options.maxLength).join('');
  }
  return options.uppercase ? answer.toUpperCase() : answer;
}

function analyse(text) {
  const words = wordsOf(text);
  let longestWord;
  for (const word of words) {
    if (longestWord === undefined || word.length > longestWord.length) longestWord = word;
  }
  return {
    characters: [...text].length,
    words: words.length,
    lines: text === '' ? 0 : text.split('\n').length,
    traits: traitsOf(text),
    longestWord,
  };
}

function joinWords(words, style) {
  const lower = words.map((word) => word.toLowerCase());
  if (style === 'kebab') return lower.join('-');
  if (style === 'snake') return lower.join('_');
  return lower.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

function split(text, separator) {
  if (separator === '') throw { tag: 'bad-pattern', val: 'the separator is empty' };
  return text.split(separator);
}

function countWords(text, limit) {
  const counts = new Map();
  for (const word of wordsOf(text.toLowerCase())) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit ?? DEFAULT_WORD_LIMIT);
}

function missingTraits(text, wanted) {
  const present = traitsOf(text);
  const missing = {};
  for (const name of Object.keys(present)) missing[name] = Boolean(wanted[name]) && !present[name];
  return missing;
}

export const tools = { processText, analyse, joinWords, split, countWords, missingTraits };
