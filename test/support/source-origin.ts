/** The internet of the tests in workerd: an https origin with components, for uploads that name a source. */
import { type WatComponent, watComponent } from './wat-components.ts';

/** `/{component}` gives a component's bytes, `/private/…` only to the bearer of `origin-token`, `/empty` nothing. */
export async function answerAsOrigin(request: {
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  if (hostname !== 'origin.test') return new Response(`no test knows ${hostname}`, { status: 502 });
  const [, folder, name] = /^\/(?:(private)\/)?(\w+)$/.exec(pathname) ?? [];
  if (folder === 'private' && request.headers.get('authorization') !== 'Bearer origin-token') {
    return new Response(null, { status: 403 });
  }
  if (name === 'empty') return new Response();
  if (name === 'adder' || name === 'subtractor') return new Response(await bytesOf(name));
  return new Response(null, { status: 404 });
}

async function bytesOf(name: WatComponent): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await watComponent(name));
}
