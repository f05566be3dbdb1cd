// The `hello` world in JavaScript: every export of the world is an export of this module.

export function greet(name) {
  return `Hello, ${name}!`;
}
