/** Talks to the Worker under test, inside workerd, as a client would. */
import { env, exports } from 'cloudflare:workers';
import { inject } from 'vitest';
import type { Bindings } from '../../durable/shared/bindings.ts';
import type { JsComponent } from './js-components.ts';
import type { WatComponent } from './wat-components.ts';

/** A token of every scope; its digest is the secret in the workers configuration. */
export const TOKEN = 'test-token';

/** The bindings of the Worker. A cast: the plugin types `env` by a generated file that this project does without. */
export const bindings = env as unknown as Bindings;

// A cast for the same reason.
const worker = exports as unknown as { default: { fetch(request: Request): Promise<Response> } };

/** One request, with the token unless `token` is null. */
export function request(path: string, init: RequestInit = {}, token: string | null = TOKEN): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  return worker.default.fetch(new Request(`https://skerry.test${path}`, { ...init, headers }));
}

/** A component that the tests have. */
export type TestComponent = WatComponent | JsComponent;

export function componentBytes(name: TestComponent): Uint8Array {
  return Uint8Array.from(atob(inject('components')[name]), (character) => character.charCodeAt(0));
}

export function upload(name: string, component: TestComponent | Uint8Array, query = ''): Promise<Response> {
  const body = typeof component === 'string' ? componentBytes(component) : component;
  return request(`/v1/components/${name}${query}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/wasm' },
  });
}

/** Uploads a component with a policy; anything but 201 is an error. */
export async function deploy(name: string, component: TestComponent, policy: string): Promise<void> {
  const form = new FormData();
  form.set('component', new File([componentBytes(component)], 'component.wasm'));
  form.set('policy', policy);
  const response = await request(`/v1/components/${name}`, { method: 'PUT', body: form });
  if (response.status !== 201) throw new Error(`${name} was not deployed: ${await response.text()}`);
}

/** Calls without a token, as the public may. */
export function call(name: string, fn: string, args: unknown = {}): Promise<Response> {
  return request(`/call/${name}/${fn}`, { method: 'POST', body: JSON.stringify(args) }, null);
}

let names = 0;

/** A component name that no other test uses. */
export function freshName(prefix = 'c'): string {
  names += 1;
  return `${prefix}-${names}-${crypto.randomUUID().slice(0, 8)}`;
}
