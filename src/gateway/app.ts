/** The gateway: a Hono app that checks, authenticates, finds the object, and maps errors. It holds nothing. */
import { Hono, type MiddlewareHandler } from 'hono';
import { componentNotFound, failure } from '../core/errors.ts';
import { identify, mayControl, parseTokens, type TokenRecord } from './auth.ts';
import type { GatewayEnv } from './context.ts';
import { errorResponse, unexpectedFailure } from './error-response.ts';
import { serveHttp } from './http/serve.ts';
import { isComponentName, labelOfHost, rawPath } from './http/target.ts';
import { blocked, countMiss } from './rate-limit.ts';
import { call } from './routes/call.ts';
import { capabilities } from './routes/capabilities.ts';
import { componentPolicy } from './routes/component-policy.ts';
import { components } from './routes/components.ts';
import { health } from './routes/health.ts';
import { http } from './routes/http.ts';
import { lifecycle } from './routes/lifecycle.ts';
import { nodes } from './routes/nodes.ts';
import { policies } from './routes/policies.ts';
import { run } from './routes/run.ts';
import { secrets } from './routes/secrets.ts';
import { topics } from './routes/topics.ts';
import { continueTrace } from './trace.ts';

/** Gives the request an id and continues its trace; both are on every answer. */
const identifyRequest: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  c.set('requestId', crypto.randomUUID());
  await next();
  // Set where it is: `c.header` would make another response of it, whose body becomes a stream.
  const { headers } = c.res;
  headers.set('x-request-id', c.var.requestId);
  const traceparent = c.req.header('traceparent');
  const trace =
    traceparent === undefined ? undefined : continueTrace(traceparent, crypto.getRandomValues(new Uint8Array(8)));
  if (trace !== undefined) headers.set('traceparent', trace);
};

let known: { readonly secret: string | undefined; readonly tokens: readonly TokenRecord[] } | undefined;

/** The records of the secret, read once; a mistyped one lets nobody in and is said in the log. */
function knownTokens(secret: string | undefined): readonly TokenRecord[] {
  if (known === undefined || known.secret !== secret) {
    const tokens = parseTokens(secret);
    if (tokens === undefined) console.error({ message: 'the secret TOKENS is not valid: nobody is let in' });
    known = { secret, tokens: tokens ?? [] };
  }
  return known.tokens;
}

/** Finds out who calls. */
const recognise: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  c.set('caller', await identify(c.req.header('authorization'), knownTokens(c.env.TOKENS)));
  return next();
};

/** A component's own host name has nothing of the platform on it. */
const serveOwnHost: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  const label = labelOfHost(new URL(c.req.raw.url).host, c.env.DOMAIN);
  if (label === undefined) return next();
  c.set('caller', await identify(c.req.header('authorization'), knownTokens(c.env.TOKENS)));
  const target = { component: label, pathWithQuery: rawPath(c.req.raw.url), prefix: '' };
  return isComponentName(label) ? serveHttp(c, target) : errorResponse(componentNotFound());
};

/** A token that is not ours is refused everywhere but on health and by components, and counted. */
const refuseUnknown: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  if (c.var.caller.kind === 'unknown') {
    const limited = blocked(c, Date.now()) ?? (await countMiss(c, Date.now()));
    return errorResponse(limited ?? failure('UNAUTHENTICATED', 'the bearer token is not known here'));
  }
  return next();
};

/** The control plane needs a scope, whatever the address. */
const authorize: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  const { caller } = c.var;
  if (mayControl(caller, c.req.method)) return next();
  if (caller.kind === 'token') {
    return errorResponse(
      failure('FORBIDDEN', 'the token lacks the scope for this', {
        scopes: caller.scopes.join(', '),
        expected: c.req.method === 'GET' ? 'read, deploy or admin' : 'deploy or admin',
      }),
    );
  }
  return errorResponse(failure('UNAUTHENTICATED', 'this needs a bearer token: send authorization: Bearer <token>'));
};

/** Counts answers of 404 per client without a token, and says so once there were too many. */
const limitMisses: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  await next();
  // What a component answers is its own affair.
  if (c.res.status !== 404 || !c.res.headers.has('x-skerry-error') || c.var.caller.kind === 'token') return;
  const limited = await countMiss(c, Date.now());
  if (limited !== undefined) c.res = errorResponse(limited);
};

export function createGateway(): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.use(identifyRequest);
  app.use(limitMisses);
  app.use(serveOwnHost);
  app.route('/', health);
  app.use(recognise);
  app.route('/http', http);
  app.use(refuseUnknown);
  app.route('/call', call);
  app.route('/run', run);
  app.use('/v1/*', authorize);
  app.route('/v1/components', components);
  app.route('/v1/components', componentPolicy);
  app.route('/v1/components', lifecycle);
  app.route('/v1/components', capabilities);
  app.route('/v1/components', secrets);
  app.route('/v1/policies', policies);
  app.route('/v1/nodes', nodes);
  app.route('/v1/topics', topics);
  app.notFound((c) =>
    errorResponse(
      failure(
        'NOT_FOUND',
        `nothing answers ${c.req.method} ${c.req.path.slice(0, 200)}: see the README for the addresses`,
      ),
    ),
  );
  app.onError((error, c) => errorResponse(unexpectedFailure(error, c.var.requestId)));
  return app;
}
