/** Guard: a test file of the workers project fails when it silently runs elsewhere. */
if (navigator.userAgent !== 'Cloudflare-Workers') {
  throw new Error(`This project runs in workerd, but the runtime is "${navigator.userAgent}".`);
}
