/** What a status shows of the reuse of instances. */
import { expect, it } from 'vitest';
import { ReuseRecord } from '../../../durable/pool/reuse-record.ts';

const RESTORED = { reuse: { enabled: true }, instance: 'restored' } as const;
const FRESH = { reuse: { enabled: true }, instance: 'fresh' } as const;

it('counts restored and fresh instances per version, with what the isolate said last', () => {
  const record = new ReuseRecord(true);
  for (const report of [FRESH, RESTORED, RESTORED, FRESH]) record.add('v1', report);
  record.add('v2', { reuse: { enabled: false, reason: 'it imports sockets' }, instance: 'fresh' });
  record.add('v3', {});
  expect(record.versions).toEqual({
    v1: { enabled: true, restored: 2, fresh: 2 },
    v2: { enabled: false, reason: 'it imports sockets', restored: 0, fresh: 1 },
  });
  record.clear();
  expect(record.versions).toEqual({});
});

it('says so when the platform does not want it, whatever an isolate says', () => {
  const record = new ReuseRecord(false);
  record.add('v1', FRESH);
  expect(record.versions).toEqual({ v1: { enabled: false, reason: 'INSTANCE_REUSE is off', restored: 0, fresh: 1 } });
});
