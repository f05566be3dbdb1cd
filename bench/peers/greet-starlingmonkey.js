// The StarlingMonkey example as a handler of wasi:http: the body of /call in, the answer of /call out.
addEventListener('fetch', (event) => event.respondWith(greet(event.request)));

async function greet(request) {
  const { name } = await request.json();
  return new Response(JSON.stringify({ result: `Hello from StarlingMonkey, ${name}!` }));
}
