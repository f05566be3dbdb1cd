/** Providers come and go; whoever uses one that is not there is told so. */
import { describe, expect, it, vi } from 'vitest';
import { done, type Provider, type ProviderUse } from '../../../src/capability/provider.ts';
import { ProviderRegistry } from '../../../src/capability/registry.ts';
import { switchedOff } from '../../../src/capability/switched-off.ts';
import { PROVIDERS } from '../../../src/isolate/protocol.ts';

// A use whose grants nobody asks: the providers here decide nothing.
const USE = { operation: 'get', input: {}, caller: { component: 'c', request: 'r' } } as unknown as ProviderUse;

function provider(overrides: Partial<Provider> = {}): Provider {
  return {
    metadata: { name: 'keyvalue', interfaces: [], operations: [] },
    initialise: async () => undefined,
    invoke: async () => done('here'),
    shutDown: async () => undefined,
    ...overrides,
  };
}

describe('a provider', () => {
  it('is initialised once, however many use it at a time', async () => {
    const initialise = vi.fn(async () => undefined);
    const registry = new ProviderRegistry({ keyvalue: () => provider({ initialise }) });
    const answers = await Promise.all([1, 2, 3].map(() => registry.invoke('keyvalue', USE)));
    expect(answers).toEqual([done('here'), done('here'), done('here')]);
    expect(initialise).toHaveBeenCalledTimes(1);
  });

  it('that cannot be initialised is unavailable, and is tried again at the next use', async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const initialise = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('no binding'));
    const registry = new ProviderRegistry({ keyvalue: () => provider({ initialise }) });
    expect(await registry.invoke('keyvalue', USE)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    expect(await registry.invoke('keyvalue', USE)).toEqual(done('here'));
  });

  it('that throws is unavailable, and its text stays inside', async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const invoke = async () => {
      throw new Error('a secret of the platform');
    };
    const registry = new ProviderRegistry({ keyvalue: () => provider({ invoke }) });
    const answer = await registry.invoke('keyvalue', USE);
    expect(answer).toMatchObject({ reason: 'unavailable', message: expect.stringMatching(/^PROVIDER_UNAVAILABLE/) });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('that an operator has stopped is never made', async () => {
    const make = vi.fn(() => provider());
    const registry = new ProviderRegistry({ keyvalue: make }, switchedOff('blobstore, keyvalue').stopped);
    expect(await registry.invoke('keyvalue', USE)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    expect(make).not.toHaveBeenCalled();
  });

  it('is shut down with the component, and made anew for whoever comes later', async () => {
    const shutDown = vi.fn(async () => undefined);
    const make = vi.fn(() => provider({ shutDown }));
    const registry = new ProviderRegistry({ keyvalue: make });
    await registry.invoke('keyvalue', USE);
    await registry.shutDown();
    expect(shutDown).toHaveBeenCalledTimes(1);
    expect(await registry.invoke('keyvalue', USE)).toEqual(done('here'));
    expect(make).toHaveBeenCalledTimes(2);
  });
});

describe('a variable that names what is no provider', () => {
  it('stops all of them', () => {
    expect(switchedOff('keyvalu')).toEqual({ stopped: new Set(PROVIDERS), unknown: ['keyvalu'] });
    expect(switchedOff(undefined).stopped.size).toBe(0);
    expect(switchedOff(' , ').stopped.size).toBe(0);
  });
});
