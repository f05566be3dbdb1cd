/** How WIT's kebab-case labels are spelled in JavaScript: the same rules as the `heck` crate, which jco's glue follows. */

function words(label: string): string[] {
  return label.split('-').filter((word) => word !== '');
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

/** `foo-BAR` → `fooBar`, `HTTP-get` → `httpGet`, `a1-b2` → `a1B2`: heck's `ToLowerCamelCase` on a WIT label. */
export function lowerCamelCase(label: string): string {
  return words(label)
    .map((word, index) => (index === 0 ? word.toLowerCase() : capitalised(word)))
    .join('');
}

/** `foo-BAR` → `FooBar`: heck's `ToUpperCamelCase` on a WIT label. */
export function upperCamelCase(label: string): string {
  return words(label).map(capitalised).join('');
}
