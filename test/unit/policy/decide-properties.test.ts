/** What holds for every document, grant and request; `referenceDecide` says the same with other means. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGrants, networkRequest, normalisePath, readPermission } from '../../../src/policy/index.ts';
import {
  grantsFrom,
  permissionsDocuments,
  permissionTexts,
  RULED,
  RULES,
  requests,
  runtimeGrants,
} from '../../support/policy/arbitrary.ts';
import { matching, referenceDecide } from '../../support/policy/reference.ts';

const RUNS = { numRuns: 400 };

/** A capability with one rule of it. */
const oneRule = fc
  .constantFrom(...RULED)
  .chain((capability) =>
    fc.record({ capability: fc.constant(capability), rule: RULES[capability] as fc.Arbitrary<unknown> }),
  );

/** A document's permissions with one rule more. */
function withRule<D extends Readonly<Record<string, { allow?: unknown[]; deny?: unknown[] }>>>(
  document: D,
  { capability, rule }: { capability: string; rule: unknown },
  side: 'allow' | 'deny',
): D {
  const rules = document[capability];
  return { ...document, [capability]: { ...rules, [side]: [...(rules?.[side] ?? []), rule] } };
}

describe('decide', () => {
  it('P7: agrees with the slow reference on every document, grant and request', () => {
    fc.assert(
      fc.property(
        permissionsDocuments,
        runtimeGrants,
        fc.array(requests, { minLength: 20, maxLength: 20 }),
        (document, runtime, asked) => {
          const grants = grantsFrom(document, runtime);
          const decide = compileGrants(grants);
          for (const request of asked) {
            const expected = referenceDecide(grants, request);
            const { allowed, rule } = decide(request);
            expect({ request, allowed }).toEqual({ request, allowed: expected.allowed });
            if (expected.rule !== 'nothing') expect({ request, rule }).toEqual({ request, rule: expected.rule });
          }
        },
      ),
      RUNS,
    );
  });

  it('P8: allows nothing that a deny rule covers, whatever else a document says and whatever was granted', () => {
    fc.assert(
      fc.property(
        permissionsDocuments,
        runtimeGrants,
        oneRule,
        fc.array(requests, { minLength: 20, maxLength: 20 }),
        (document, runtime, denied, asked) => {
          const alone = grantsFrom(withRule({}, denied, 'deny'), { granted: [], revoked: [] });
          const decide = compileGrants(grantsFrom(withRule(document, denied, 'deny'), runtime));
          for (const request of asked) {
            if (matching(alone.permissions, request, 'deny') === undefined) continue;
            expect({ request, ...decide(request) }).toMatchObject({ request, allowed: false });
          }
        },
      ),
      RUNS,
    );
  });

  it('P9: takes no permission away when a rule or a grant is added that allows', () => {
    fc.assert(
      fc.property(
        permissionsDocuments,
        runtimeGrants,
        oneRule,
        permissionTexts,
        fc.array(requests, { minLength: 20, maxLength: 20 }),
        (document, runtime, added, granted, asked) => {
          const asItWas = compileGrants(grantsFrom(document, runtime));
          const asItIs = compileGrants(grantsFrom(withRule(document, added, 'allow'), runtime));
          const given = compileGrants(grantsFrom(document, { ...runtime, granted: [granted, ...runtime.granted] }));
          for (const request of asked) {
            if (!asItWas(request).allowed) continue;
            expect({ request, asItIs: asItIs(request).allowed, given: given(request).allowed }).toEqual({
              request,
              asItIs: true,
              given: true,
            });
          }
        },
      ),
      RUNS,
    );
  });

  it('P10: gives no permission when a rule is added that denies, or a capability is revoked', () => {
    fc.assert(
      fc.property(
        permissionsDocuments,
        runtimeGrants,
        oneRule,
        fc.array(requests, { minLength: 20, maxLength: 20 }),
        (document, runtime, added, asked) => {
          const asItWas = compileGrants(grantsFrom(document, runtime));
          const asItIs = compileGrants(grantsFrom(withRule(document, added, 'deny'), runtime));
          const without = compileGrants(
            grantsFrom(document, { ...runtime, revoked: [...runtime.revoked, added.capability] }),
          );
          for (const request of asked) {
            if (asItWas(request).allowed) continue;
            expect({ request, asItIs: asItIs(request).allowed, without: without(request).allowed }).toEqual({
              request,
              asItIs: false,
              without: false,
            });
          }
        },
      ),
      RUNS,
    );
  });
});

describe('what reaches a rule', () => {
  it('P11: a path is inside of the volume in its one spelling, or refused', () => {
    const pieces = fc.array(
      fc.constantFrom('..', '.', '/', '//', 'a', '%2e%2e', '%2f', '…', '\\', '\0', 'é', 'e\u0301', '\ud800'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const normal = normalisePath(text);
          if (!normal.ok) return;
          expect(normal.value).toMatch(/^\//);
          expect(normal.value.split('/').slice(1)).not.toContain('..');
          expect(normal.value.split('/').slice(1)).not.toContain('.');
          expect(normal.value === '/' || !/\/(\/|$)/.test(normal.value)).toBe(true);
          expect(normalisePath(normal.value)).toEqual(normal);
        },
      ),
      RUNS,
    );
  });

  it('P12: a host has one spelling, whatever a URL parser makes of the text', () => {
    const text = fc.stringMatching(/^[a-zA-Z0-9.:[\]%@x-]{1,24}$/);
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.webAuthority(),
          fc.ipV6().map((address) => `[${address}]`),
          fc.ipV4Extended(),
        ),
        (host) => {
          const url = URL.parse(`http://${host}/`);
          if (url === null) return;
          const request = networkRequest(url);
          if (!request.ok) return;
          const { host: once, port } = request.value;
          const again = networkRequest(new URL(`http://${once.includes(':') ? `[${once}]` : once}:${port}/`));
          expect(again).toEqual(request);
        },
      ),
      RUNS,
    );
  });

  it('P13: a permission string is read the same from its one spelling', () => {
    fc.assert(
      fc.property(permissionTexts, (text) => {
        const read = readPermission(text);
        expect(read).toMatchObject({ ok: true });
        if (read.ok) expect(readPermission(read.value.text)).toEqual(read);
      }),
      RUNS,
    );
  });
});
