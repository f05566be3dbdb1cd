/** What the gateway knows about a request: its id, its caller, its trace. Typed for Hono. */
import type { Context } from 'hono';
import type { Bindings } from '../../durable/shared/bindings.ts';
import type { Caller } from './auth.ts';

export interface Variables {
  requestId: string;
  caller: Caller;
}

export interface GatewayEnv {
  Bindings: Bindings;
  Variables: Variables;
}

export type GatewayContext = Context<GatewayEnv>;
